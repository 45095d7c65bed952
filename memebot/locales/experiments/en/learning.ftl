overfitting = A polynomial learns by heart
    .about = A curve is drawn through a few noisy points, each time with one more bend allowed. Watch what happens between the points.
    .degree = Degree of the polynomial
    .points = Points to learn from
    .noise = Noise
    .degree-now = Degree { $degree }
    .train = learnt from
    .fresh = never seen
    .error = error
    .look-overfitted = At degree { $degree } the error on the points it learnt from is { $train }, on new ones { $fresh }: the curve passes through its points and goes wild in between. Degree { $best } was the best.
    .look-fine = At degree { $degree } the errors are { $train } on the points it learnt from and { $fresh } on new ones: still close to each other. Give it a higher degree or fewer points.

early-stopping = Stop while it is at its best
    .about = A flexible curve is fitted to noisy points, step by step, while other points are kept back. Watch the orange error turn upwards.
    .noise = Noise
    .points = Points to learn from
    .patience = Looks without improvement before one stops
    .now = Step { $step }
    .train = learnt from
    .validation = kept back
    .steps = steps: 1, 10, 100, 1000
    .error = error
    .look-gap = The error on the points kept back is lowest at step { $best }, { $lowest }; by step { $steps } it is { $last } while the one on the learnt points has gone down to { $train }. Who gives up after { $patience } looks without a better one stops at step { $stop }.
    .look-none = The error on the points kept back is { $last } at step { $steps } and was at best { $lowest }: nothing to stop for yet. Add noise or take away points.

random-labels = Learning what a coin has thrown
    .about = The same network learns the same points twice: with true labels, and with labels thrown by a coin. It manages both.
    .points = Points to learn
    .now = Step { $step }
    .true = True labels
    .coin = A coin's labels
    .own = right on its own points
    .new = right on new points
    .look = Both networks end up right on their own { $points } points ({ $true } % and { $coin } %), but on new points the one has { $true_new } % and the other { $coin_new } %, no better than the coin: it has learnt by heart what there was nothing to understand in.
    .look-full = With { $points } points the coin's labels no longer fit in: { $coin } % of them were learnt by heart, and on new points it has { $coin_new } %, like a coin; under true labels new points come out right in { $true_new } % of cases.

spiral = A boundary winds itself into a spiral
    .about = A small network with two hidden layers learns to tell two arms of a spiral apart. Colours show what it would say at each place.
    .neurons = Neurons in each hidden layer (0: no hidden layer)
    .turns = Turns of the spiral
    .now = Step { $step }: { $percent } % right
    .look-apart = With { $neurons } neurons in each of two layers it took { $steps } steps until the boundary wound along the arms and 98 % of the points were on the right side.
    .look-stuck = After { $all } steps only { $percent } % are right: { $neurons ->
        [one] { $neurons } neuron
       *[other] { $neurons } neurons
    } a layer cannot bend the boundary often enough. Give it more.
    .look-straight = Without hidden layers the boundary is a straight line, however long one trains: { $percent } % right after { $all } steps. Give it neurons.

learning-rate = Three balls and three learning rates
    .about = Three balls go downhill in the same valley; only the length of their steps differs. Set the rate of the red one.
    .rate = Learning rate of the red ball
    .now = Step { $step }
    .ball = rate { $rate }
    .step = steps
    .look-out = After { $steps } steps the blue ball still creeps at height { $slow } and the green one is at { $good }; the red one began at { $start } and is now at { $yours }: each step crosses the valley and ends higher than it began.
    .look-jumps = The red ball jumps from one side to the other and still comes down, from { $start } to { $yours } in { $steps } steps; beyond a rate of 2 it would climb out.
    .look-rolls = At rate { $rate } the red ball rolls down on one side, from { $start } to { $yours } in { $steps } steps; the blue one, at 0.03, is at { $slow }.

boosting = Boosting: each tree mends the last
    .about = Trees are added one by one, and each learns only what all before it got wrong. Below: what is left, and the newest tree's answer to it.
    .trees = Trees
    .depth = Questions a tree may ask in a row
    .rate = Learning rate: how much of each tree counts
    .now = Trees: { $trees }
    .errors = error { $train }, on new points { $fresh }
    .sum = sum of all trees
    .left = what is left, and the newest tree
    .look = { $trees } small trees together brought the error from { $start } down to { $train }, and to { $fresh } on new points, though each alone is just a few steps of a staircase.
    .look-too-many = { $trees } trees brought the error down from { $start } to { $train }, but new points say otherwise: { $lowest } with { $best } trees, { $fresh } with all of them. The later ones learn the noise.

imbalance = 97 % right and nobody found
    .about = One class is rare. While mistakes on it are made to count more and more, watch all four numbers and not only accuracy.
    .percent = Percent of the rare class
    .weight = How much a rare one counts in the end
    .now = A rare one counts as { $weight }
    .accuracy = accuracy { $percent } %
    .found = rare, found
    .missed = rare, missed
    .alarms = false alarm
    .passed = common, let through
    .look-found = Saying “common” to everybody would be right { $lazy } % of the time. Unweighted, { $found_before } of { $rare } rare ones are found at { $before } % accuracy; with weight { $weight } it is { $found }, and accuracy drops to { $after } % with { $alarms } false alarms.
    .look-same = With weight { $weight } as many rare ones are found as without: { $found } of { $rare }. Saying “common” to everybody would already be right { $lazy } % of the time.

q-learning = A robot looks for the socket
    .about = The robot knows nothing of the room. It gets a point at the socket, loses one in a pit, and remembers what each step was worth.
    .tries = Tries
    .exploration = Share of steps at random
    .now = Tries: { $tries }
    .score = arrived { $arrived }, fell into a pit { $fell }
    .look-best = After { $tries } tries, { $fell } of them ending in a pit, its way takes { $steps } steps, and there is no shorter one: the good news has crept back from the socket cell by cell.
    .look-detour = After { $tries } tries its way takes { $steps } steps though { $shortest } would do: it knows a way and repeats it. More tries or more steps at random would find the shorter one.
    .look-lost = After { $tries } tries, { $fell } of them ending in a pit and { $arrived } at the socket, what it thinks best does not lead to the socket yet; { $shortest } steps would do.
