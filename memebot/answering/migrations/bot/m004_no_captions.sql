-- What was found for a picture with a caption went on holding the caption after its author was forgotten.

delete from results where caption <> '';
