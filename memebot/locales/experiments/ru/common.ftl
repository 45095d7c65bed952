# Что может понадобиться каждому опыту

problem-unknown-experiment = Опыта «{ $name }» нет.
problem-unknown-control = У этого опыта нет настройки «{ $control }».
problem-not-a-number = «{ $control }» – это число.
problem-out-of-range = «{ $control }» – от { $least } до { $most }.
problem-no-such-option = У «{ $control }» нет такого варианта.
problem-text-too-long = Слишком длинно: не больше { $most } символов.
problem-text-empty = В этом тексте нечего читать.
problem-no-picture = Здесь нужна картинка.
problem-picture-too-large = Картинка слишком большая.
problem-too-many-pictures = Слишком много картинок: не больше { $most }.
problem-no-drawing = Ничего не нарисовано.
