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
