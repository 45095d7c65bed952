nan-loss = A loss becomes nan, step by step
    .about = A straight line is fitted with steps that are too long, in the 32-bit numbers that networks use. Watch the loss: growing, inf, nan.
    .rate = Learning rate
    .clip = Gradient clipping
    .clip-off = off
    .clip-on = on: steps no longer than 1 × rate
    .now = Step { $step }
    .largest = largest number of 32 bits: { $value }
    .step = step
    .weight = weight
    .loss = loss
    .look-nan = The loss began at { $first } and grew at each step; at step { $inf } it no longer fitted into 32 bits and became inf, at step { $nan } inf − inf made nan of it, and from there on everything is nan.
    .look-grows = In { $steps } steps the loss has grown from { $first } to { $last }: not nan yet, but it is on its way.
    .look-fine = With rate { $rate } the loss went from { $first } to { $last } in { $steps } steps and nothing overflowed. Raise the rate, or switch clipping off, to see it break.

deep-gradients = A gradient on its way through twenty layers
    .about = Learning starts at the last layer and goes back to the first, and each layer multiplies. Watch what is left of the gradient when it arrives.
    .scale = Width of the random weights (1 keeps a signal's length)
    .activation = Activation
    .activation-tanh = tanh
    .activation-relu = ReLU
    .activation-sigmoid = sigmoid
    .start = The gradient sets out
    .now = Gradient at layer { $layer }
    .note = weights { $scale }, { $activation }
    .first = layer 1
    .last = layer { $layers }
    .look-vanishes = Each layer leaves { $each } of the gradient on average, so of { $layers } layers the first gets { $share } of what left the last: the first layers learn nothing.
    .look-explodes = Each layer multiplies the gradient by { $each } on average, so at the first of { $layers } layers it is { $share } times what left the last: one step, and the weights are gone.
    .look-arrives = Each layer multiplies the gradient by { $each } on average, so the first of { $layers } layers gets { $share } of what left the last: all of them can learn.

five-nan = Five times nan
    .about = The logarithm of a negative number is nan. Five random numbers are drawn again and again until all five are negative.
    .count = How many numbers at once
    .now = Try { $tries }
    .all-nan = Try { $tries }: all are nan
    .expected = by reckoning
    .measured = of { $repeats } more tries
    .look = { $tries ->
        [one] It took one try
       *[other] It took { $tries } tries
    } until all { $count } were nan; in { $repeats } more it happened { $happened } times, once in { $once }. Every second number is negative, so one expects once in { $expected }.

temperature = The temperature of an answer
    .about = One set of scores for the next word (made up by us), shared out at rising temperature. Watch the last word, which has no business there.
    .temperature = Temperature
    .now = Temperature { $temperature }
    .beginning = “The model failed because of …”
    .drawn = Drawn at this temperature:
    .word-0 = the data
    .word-1 = overfitting
    .word-2 = a leak
    .word-3 = the seed
    .word-4 = an intern
    .word-5 = Friday
    .word-6 = Mercury
    .word-7 = borscht
    .look = At temperature { $temperature } “{ $first }” gets { $share } % (at 0.1 it had { $cold } %) and “{ $last }” came up { $happened } times in { $drawn } draws: the model is as unsure as among { $words } equally good words.
