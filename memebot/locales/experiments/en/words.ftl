word-arithmetic = One idea minus another plus a third
    .about = Ideas of our base are vectors, so one can reckon with them. The arrow from the second to the first is carried over to the third: what lies where it ends?
    .first = From this idea
    .minus = take away this one
    .plus = and add this one
    .now = { $first } − { $minus } + { $plus }
    .look = The nearest idea to where the arrow ends is “{ $best }” ({ $near } of 1).
    .look-itself = Of what was not asked with, “{ $best }” is nearest to where the arrow ends ({ $near } of 1). Honestly, nearest of all is “{ $itself }” itself ({ $near_itself }): famous examples leave the words of the question out, too.
    .unknown = The base knows no “{ $term }”
    .suggestion = It does know these:
    .look-unknown = The base has no idea called “{ $term }”, so there is no vector to reckon with; take one of the names in the picture.

evolution = A phrase evolves
    .about = Random letters have children with a few misprints each; the child that is nearest to your phrase becomes the next parent. Nobody ever types the phrase.
    .phrase = Phrase
    .children = Children a generation
    .mutation = Share of letters that change
    .now = Generation { $generation }
    .right = { $right } of { $letters } letters are right
    .generation = generations
    .letters = letters
    .look-there = It took { $generations } generations, { $tries } tries in all; blind typing with { $signs } signs would need about { $blind }.
    .look-not-yet = After { $generations } generations and { $tries } tries { $right } of { $letters } letters are right and it stays about there: with this many misprints as much is lost as found, and without any there is nothing to choose from.

tokens = Your phrase in tokens
    .about = A language model reads no letters but pieces, and of each only its number. Pieces are letters that often stand together; ours are learnt from our base.
    .phrase = Phrase
    .now = Pieces: { $tokens }
    .numbers = a dot is a blank; below, the number of each piece
    .look = { $letters } characters became { $tokens } pieces out of { $vocabulary } that there are; the longest is “{ $longest }”, while “{ $word }” needs { $pieces ->
        [one] only one
       *[other] { $pieces } of them
    }. A network gets the numbers alone: that is why it is so bad at counting letters.
