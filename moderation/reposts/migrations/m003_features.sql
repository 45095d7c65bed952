-- Local features of frames, and the few words by which they are found: a picture is known again when cropped or framed.
-- Those of frames that were seen before this are taken over from the record of readings, as far as it reaches back.

alter table seen_frames add column visual_words blob;

create table seen_features (
    frame_id integer primary key references seen_frames (id),
    features blob not null
) strict;
