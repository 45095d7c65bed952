colours = Your meme in five colours
    .about = k-means begins with colours of random pixels. Each pixel joins the nearest one, each colour moves to the middle of its pixels, and again.
    .picture = Picture
    .colours = Colours
    .now = Round { $round }
    .off = a pixel is off by { $error } of 255 on average
    .look = { $colours } colours found their places in { $rounds ->
        [one] one round
       *[other] { $rounds } rounds
    }: a pixel was off by { $first } of 255 at first and is off by { $last } now, and the commonest colour covers { $most } % of the picture.

compression = Your meme from a few stripes
    .about = Every picture is a sum of stripe patterns, one column times one row each. The strongest come first: how many are enough?
    .picture = Picture
    .pairs = Patterns
    .now = Patterns: { $pairs }
    .numbers = { $percent } % of the picture's numbers
    .strength = strength of each pattern
    .look = The first pattern alone has { $one } % of the picture; { $pairs } of { $all } have { $kept } % and take only { $numbers } % of its numbers. Letters, being sharp, come last.
    .look-larger = { $pairs } of { $all } patterns have { $kept } % of the picture but take { $numbers } % of its numbers: nothing is saved any more. The first pattern alone had { $one } %.

kernels = A convolution goes over your meme
    .about = Nine numbers look at a pixel and its eight neighbours, multiply and add. It is the same nine everywhere; which ones decides what is found.
    .picture = Picture
    .kernel = Kernel
    .kernel-edges = Edges
    .kernel-sharpen = Sharpen
    .kernel-blur = Blur
    .kernel-emboss = Emboss
    .kernel-upright = Upright edges
    .kernel-level = Level edges
    .kernel-own = Your own nine numbers
    .own = Your own nine numbers
    .rule = Pixel and neighbours are multiplied by these and added. The nine add up to { $total }.
    .look-edges = “{ $kernel }”: the nine numbers add up to 0, so of one colour nothing is left. { $dark } % of the picture came out black, and what shines are edges.
    .look-keeps = “{ $kernel }”: the nine numbers add up to 1, so brightness stays: { $before } on average before, { $after } after.
    .look-changes = “{ $kernel }”: the nine numbers add up to { $total }, so brightness changes: { $before } on average before, { $after } after.

noise = Your meme drowns and is fetched back
    .about = Noise is added step by step and then taken away step by step, as in a diffusion model; only that this denoiser has learnt nothing and merely smooths.
    .picture = Picture
    .strength = Noise
    .now = Noise added, step { $step }
    .now-back = Noise taken away, step { $step }
    .off = how far off a pixel is
    .look-back = Noise of { $noised } (black to white is 2) is down to { $back }, { $share } % of it: nearly everything came back but the finest lines.
    .look-lost = Noise of { $noised } (black to white is 2) is down to { $back }, { $share } % of it, but what was drowned stays blurred: a diffusion model would make something up here, and that is how it draws.

fooled-meme = Your meme fools a network
    .about = The bundled encoder names your meme. Then noise is added that you hardly see, and each pixel of it was chosen to make the encoder say something else: the trick of “panda → gibbon”.
    .picture = Picture
    .target = What it shall say
    .target-red-panda = red panda
    .target-pizza = pizza
    .target-banana = banana
    .target-chimpanzee = chimpanzee
    .target-goldfish = goldfish
    .target-any = anything else
    .strength = Noise, at most (of 255)
    .now = “{ $name }”
    .noise = the noise
    .look-fooled = Without noise it says “{ $before }” ({ $before_sure } %), with noise of at most { $strength } of 255 “{ $after }” ({ $after_sure } %), and of the first name { $left } % are left; for you it is the same picture.
    .look-firm = With noise of at most { $strength } of 255 it still says “{ $before }” ({ $left } %, before { $before_sure } %). Allow a little more and it will give in.

where-it-looked = What the network looked at
    .about = A grey square goes over the picture. Where it hides what mattered to the encoder, the encoder is less sure; so one learns where it looked.
    .picture = Picture
    .square = Side of the square, percent
    .walk = The square hides a part
    .map = What mattered
    .upper-left = at the upper left
    .upper = at the top
    .upper-right = at the upper right
    .left = at the left
    .middle = in the middle
    .right = at the right
    .lower-left = at the lower left
    .lower = at the bottom
    .lower-right = at the lower right
    .look-other = It says “{ $name }” with { $sure } %; with the part { $where } hidden only { $least } % are left and it says “{ $instead }”. What it goes by is often not what you would.
    .look-same = It says “{ $name }” with { $sure } %; hidden { $where } it costs most, { $least } % are left, and it still says the same: no single part decides.

fooled-digit = Your digit fools a network
    .about = Draw a digit. A slope says for every pixel which way to push it so that the perceptron believes in its answer less; all pixels are pushed a little.
    .drawing = Digit
    .strength = Noise, percent of black
    .now = It reads { $digit }: { $percent } %
    .with = with noise of { $percent } %
    .noise = how pixels are pushed
    .perceptron = how sure the perceptron is
    .look-fooled = Without noise the perceptron reads { $before } ({ $before_sure } %), from { $enough } % noise on something else, and at { $strength } % it reads { $after } ({ $after_sure } %); the convolutional network, for which this noise was not made, reads { $other }.
    .look-firm = At { $strength } % noise the perceptron still reads { $before }; give it more noise.
    .look-nothing = There is nothing drawn; even for that it has an answer: { $before } ({ $before_sure } %).
