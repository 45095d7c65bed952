# What every experiment may have to say

problem-unknown-experiment = There is no experiment “{ $name }”.
problem-unknown-control = This experiment has no control “{ $control }”.
problem-not-a-number = “{ $control }” is a number.
problem-out-of-range = “{ $control }” goes from { $least } to { $most }.
problem-no-such-option = “{ $control }” has no such option.
problem-text-too-long = Too long: at most { $most } characters.
problem-text-empty = There is nothing to read in this text.
problem-no-picture = A picture is needed here.
problem-picture-too-large = This picture is too large.
problem-too-many-pictures = Too many pictures: at most { $most }.
problem-no-drawing = Nothing was drawn.
