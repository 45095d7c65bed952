-- Exemplars: small rows apart from large ones, so that loading all hashes does not read all pictures.

create table exemplars (
    name text primary key,
    kind text not null check (kind in ('picture', 'fingerprint')),
    sha256 text not null check (length(sha256) = 64),  -- of the picture
    file_sha256 text not null check (length(file_sha256) = 64),
    synced_sha256 text  -- of the file when last synced; null: there is none
) strict;

create table exemplar_files (
    name text primary key references exemplars (name) on delete cascade,
    data blob not null
) strict;

create table fingerprints (
    name text primary key references exemplars (name) on delete cascade,
    pdq blob not null check (length(pdq) = 32),
    quality integer not null check (quality between 0 and 100)
) strict;

create table keypoints (
    name text primary key references exemplars (name) on delete cascade,
    data blob not null  -- a fingerprint without vectors
) strict;

create table vectors (
    name text not null references exemplars (name) on delete cascade,
    encoder text not null check (encoder <> ''),
    views integer not null check (views >= 1),
    dim integer not null check (dim >= 1),
    data blob not null check (length(data) = views * dim * 2),  -- float16, a row a view
    primary key (encoder, name)
) strict;

create index vectors_by_name on vectors (name);

create table phrase_vectors (
    phrase text not null,
    encoder text not null check (encoder <> ''),
    data blob not null check (length(data) > 0 and length(data) % 2 = 0),  -- float16
    primary key (encoder, phrase)
) strict;

create table calibrations (
    encoder text primary key check (encoder <> ''),
    at text not null,
    data text not null check (json_valid(data))
) strict;
