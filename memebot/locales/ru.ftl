# Тексты бота. Разметка – HTML Телеграма; подставляемое уже экранировано.

start =
    Пришлите мем про машинное обучение – картинку, стикер, гифку или видео, – и я расскажу, над чем смеются.

    Можно и просто спросить: «что такое переобучение?» А чего не знаю, о том так и скажу.
help =
    <b>Что умею</b>
    • мем в любом виде: картинка, файл, стикер, гифка, видео, альбом – до { $mb } МБ;
    • вопрос словами: «почему лосс стал NaN?»;
    • /show – опыты: видно, как сети учатся и как ошибаются;
    • в группе ответьте на мем командой /explain;
    • в любом чате наберите <code>@{ $bot } переобучение</code>.
help-propose = /submit – предложить мем в канал, /my – что с вашими
help-top = /top – лучшее в канале за неделю, месяц, год
show-menu =
    <b>Опыты</b>
    Каждый считается при вас за пару секунд. Ответьте такой командой на картинку – и он возьмёт её.
show-unknown = Опыта «{ $name }» у меня нет.
help-own =
    /lang – язык ответов
    /privacy – что я храню и как долго
    /mydata – прислать всё, что храню о вас
    /forget – удалить это
help-group =
    <b>В группе</b>
    • ответьте на мем командой /explain – объясню, над чем смеются;
    • /show – опыты: видно, как сети учатся и как ошибаются;
    • спросите, упомянув меня: <code>@{ $bot } что такое переобучение?</code>

    Всё остальное – в личном чате со мной.
lang-choose = На каком языке отвечать?
lang-set = Теперь отвечаю по-русски.
privacy =
    <b>Что хранится и как долго</b>
    • Самой картинки у меня нет: остаются её отпечаток (числа, по которым её можно узнать, но не восстановить) и прочитанный на ней текст.
    • Вопросы, ответы и оценки – вместе с вашим номером в Телеграме. Имени нет.
    • Если просите сообщить, когда мем объяснят, – ещё и ссылка Телеграма на картинку, чтобы её увидел редактор.
    • Что предлагаете в канал: ссылка Телеграма на картинку, подпись, ваш номер, а если подписались – и имя. Вышедший пост остаётся в канале как есть, остальное сотрёт /forget. Ссылки на части альбома лежат два дня – вдруг вы его предложите.
    • Что я не смог объяснить и что получило 👎, видят редакторы: без картинки и без вас.
    • О команде: в каких браузерах она вошла в пульт – ещё неделю после того, как вход закончился.
    • Всё это удаляется через { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    }.

    Если редактор сделает из мема запись, его отпечаток и слова останутся в базе: ничто в ней не ведёт к вам.

    /mydata пришлёт всё, что есть о вас, /forget сотрёт это сразу.
privacy-drafts =
    <b>Модель, которая пишет черновики</b>
    Если мем я объяснить не могу, а кто-то просит сообщить о нём, спрашивает, что думает машина, или его одобрили для канала, картинка (уменьшенная), прочитанные на ней слова и то, что в базе рядом, один раз уходят на { $host }: там { $model } пишет черновик объяснения для редакторов. Ни имени, ни номера, ни подписи с ними не уходит. Черновик хранится вместе со словами картинки и удаляется вместе с ними.
mydata-caption = Всё, что я о вас храню. Стереть – /forget.
forget-ask = Стереть всё, что я о вас храню: вопросы, ответы, оценки, язык и подписки? Предложенное отзову, посты в канале останутся. Вернуть будет нельзя.
forget-yes = Стереть
forget-no = Не надо
forgotten = Готово: о вас ничего не осталось.
forget-kept = Хорошо, ничего не трогаю.
explain-how = Пришлите сам мем или ответьте на него командой /explain.
group-hello = Привет! Ответьте на мем командой /explain – объясню, над чем смеются.

unsupported-voice = Слушать пока не умею. Пришлите мем картинкой или спросите словами.
unsupported-link = По ссылкам не хожу. Пришлите саму картинку или видео.
unsupported = Такое объяснять не умею. Нужна картинка, стикер, гифка, видео или вопрос словами.
too-large = Файл слишком большой: Телеграм отдаёт ботам до { $mb } МБ. Пришлите картинку поменьше или снимок экрана.
file-gone = Телеграм больше не отдаёт этот файл. Пришлите его ещё раз.
media-unreadable = Не получилось открыть файл. Пришлите его ещё раз.
media-empty = Файл пустой. Пришлите его ещё раз.
media-not-a-picture = Это не картинка и не видео. Пришлите мем картинкой.
media-unsupported = Такой формат я не открываю. Пришлите JPEG, PNG, WebP, GIF или MP4.
media-unsupported-named = Формат { $format } я пока не открываю. Пришлите JPEG, PNG, WebP, GIF или MP4.
thumbnail-only = <i>Файл больше { $mb } МБ, поэтому речь о кадре из его обложки.</i>
media-too-large = Картинка слишком большая. Пришлите поменьше или снимок экрана.
media-damaged = Файл повреждён. Пришлите его ещё раз.
question-too-long = Слишком длинный вопрос. Спросите короче – хватит { $limit ->
        [one] { $limit } знака
       *[other] { $limit } знаков
    }.

queue-place =
    Сейчас очередь: перед вами { $ahead ->
        [one] { $ahead } картинка
        [few] { $ahead } картинки
       *[many] { $ahead } картинок
    }, ждать около { $seconds ->
        [one] { $seconds } секунды
       *[other] { $seconds } секунд
    }. Ответ появится здесь.
queue-full = Столько мемов сразу мне не осилить. Пришлите этот ещё раз через минуту.
too-many = Я ещё смотрю { $limit ->
        [one] { $limit } вашу картинку
        [few] { $limit } ваши картинки
       *[many] { $limit } ваших картинок
    }. Остальные пришлите, когда отвечу.
hour-limit = За час я смотрю не больше { $limit ->
        [one] { $limit } вашей картинки
       *[other] { $limit } ваших картинок
    }. Приходите чуть позже, а вопросы словами – в любое время.
sorry = Не получилось ответить, это моя ошибка. Попробуйте ещё раз.

sure-meme = Узнал мем: { $certainty }
sure-template = Узнал шаблон: { $certainty }
sure-topic = Узнал тему: { $certainty }
sure-question = Понял вопрос: { $certainty }
entries-gone = То, что это объясняло, из моей базы с тех пор удалили. Пришлите ещё раз: может быть, объяснит что-то другое.
read-title = Прочитано на картинке:
page-link = Статья на сайте
read-nothing = Слов на картинке я не нашёл.
guess-title = Догадка { $number }. Может быть, это:
told = Мем, о котором вы спрашивали, теперь могу объяснить:
gone = Этот ответ уже удалён. Пришлите мем ещё раз.
voted-good = Спасибо!
voted-bad = Понял. Спасибо, что сказали.
tell-on = Сообщу, когда кто-нибудь объяснит.
tell-off = Хорошо, не сообщу.

btn-back = ← Назад
btn-guess = Другая догадка
btn-show = 🎬 Показать: { $title }
btn-again = 🎲 Ещё раз
btn-read = Что я прочитал
btn-lang-ru = По-русски
btn-lang-en = In English
btn-tell = 🔔 Сообщить, когда объяснят
btn-untell = 🔕 Не сообщать

inline-open = Прислать мем боту
inline-nothing = Такого в базе нет – прислать мем боту

cmd-explain = объяснить мем, на который вы отвечаете
cmd-help = что я умею
cmd-show = опыты: идея машинного обучения за пять секунд
cmd-lang = язык ответов
cmd-privacy = что хранится и как долго
cmd-mydata = прислать всё, что хранится обо мне
cmd-forget = стереть всё, что хранится обо мне
bot-description =
    Объясняю мемы про машинное обучение: что на картинке, что надо знать и почему это смешно.
    Пришлите мем или спросите словами.
bot-short = Объясняю мемы про машинное обучение

chat-hello = Пишите вопрос или путь к картинке; номер нажимает кнопку, пустая строка – выход.
chat-no-button = Кнопки с таким номером нет.
chat-no-file = Такого файла нет.
chat-folder = Это папка. Укажите путь к одной картинке.

# --- авторы: предложить мем

btn-thinks = 🤖 Что думает машина
thinks-soon = Машина смотрит на мем. Что она думает, придёт сюда; никто этого не проверит.
thinks-nothing = Машина тоже не поняла, в чём шутка.
thinks-marked = 🤖 Написано машиной, никто ещё не проверял.
thinks-checked = ✅ Редактор проверил. Вот что говорит моя база теперь:
thinks-dropped = 🤖 Редактор прочёл, что написала машина, и выбросил.
btn-propose = 📮 Предложить в канал
propose-nowhere = Этот бот объясняет мемы; канала, где их публиковать, у него нет.
propose-how = Пришлите мем, который хотите видеть в канале. Передумали – /cancel.
propose-again = Самого мема у меня уже нет под рукой. Пришлите его ещё раз с подписью /submit.
propose-old = Это предложение устарело. Нажимайте на последнее или начните заново: /submit.
propose-part-late = Эта картинка альбома пришла, когда № { $number } уже был отправлен, и в него не попала. Чтобы предложить все вместе, заберите его в /my и пришлите альбом заново.
propose-looked = Посмотрел.
propose-preview = Так это увидят читатели.
propose-named = С подписью: { $name }
propose-nameless = Без имени.
propose-honest = <i>Те, кто решает, в любом случае видят, кто прислал.</i>
propose-uncaptioned = У стикеров и кружков подписи нет: слова выйдут под постом.
edit-taken = У № { $number } новая подпись, её увидят те, кто решает.
edit-late = Поздно: подпись № { $number } останется прежней.
edit-picture = Заменить картинку в заявке нельзя: заберите её в /my и предложите новую.
propose-caption =
    Пришлите подпись, до { $limit ->
        [one] { $limit } знака
       *[other] { $limit } знаков
    }; жирный шрифт, курсив и ссылки сохранятся. Передумали – /cancel.
propose-caption-long =
    Это { $length ->
        [one] { $length } знак
        [few] { $length } знака
       *[many] { $length } знаков
    }, а в подпись входит { $limit }. Пришлите короче.
propose-cancelled = Хорошо, ничего не отправлено.
propose-different = Хорошо, значит, другой. Вот как он будет выглядеть.
propose-received = Мем № { $number } в очереди, место – { $place }. /my покажет, что с ним; пока не решили, его можно забрать.
propose-limit =
    За сутки от вас уже { $limit ->
        [one] { $limit } мем
        [few] { $limit } мема
       *[many] { $limit } мемов
    }, пока хватит. Приходите завтра.
propose-banned = Сейчас админы не берут ваши мемы. Объяснять буду по-прежнему.
seen-before = <b>Такое или очень похожее в канале уже было:</b>
seen-exact = та же картинка, { $when }
seen-near = почти та же картинка, { $when }
seen-part = та же картинка, обрезана или в рамке, { $when }
seen-same-template-same-text = тот же шаблон с теми же словами, { $when }
seen-same-text = те же слова, { $when }
seen-same-template-other-text = тот же шаблон с другими словами, { $when }
seen-choose = Если ваш мем другой, отправляйте: админы увидят оба.
btn-different = Мой другой
btn-named = Подписать моим именем
btn-nameless = Без имени
btn-caption = ✏️ Подпись
btn-no-caption = Без подписи
btn-send = 📮 Отправить
btn-cancel = Отмена
btn-withdraw = ↩️ Забрать № { $number }
btn-appeal = ⚖️ Обжаловать
btn-appeal-number = ⚖️ Обжаловать № { $number }
btn-answer = ✏️ Ответить
btn-milestones-on = 🔔 Сообщать об успехах
btn-milestones-off = 🔕 Не сообщать об успехах
cancelled = Хорошо, оставим.
nothing-to-cancel = Отменять нечего.
my-title = <b>Ваши мемы</b>
my-none = Вы пока ничего не предлагали. Начать – /submit.
my-pending = № { $number }: ждёт решения, место в очереди – { $place }
my-appealed = № { $number }: жалоба ждёт решения
my-approved = № { $number }: взяли, выйдет { $when }
my-publishing = № { $number }: взяли, скоро выйдет
my-published = № { $number }: { $link }
my-link = в канале
my-rejected = № { $number }: не взяли. { $reason }
my-rejected-again = № { $number }: не взяли и после жалобы. { $reason }
my-no-reason = Причину не назвали.
my-withdrawn = № { $number }: вы забрали
withdrawn = № { $number } больше не в очереди.
withdraw-late = Об этом меме уже решили. Что именно – /my.
not-yours = Такого вашего мема нет.
milestones-on = Буду сообщать, как нравятся ваши посты.
milestones-off = Хорошо, не буду.
asked-write = Напишите ответ про мем № { $number }, его увидят админы. Передумали – /cancel.
asked-thanks = Спасибо, админы это уже видят.
appeal-write = Напишите одной-двумя фразами (до { $limit } символов), почему мем № { $number } стоит посмотреть ещё раз. Обжаловать можно один раз. Передумали – /cancel.
appeal-taken = Жалоба про мем № { $number } у команды: решает другой модератор, не тот, что отказал. Я напишу, что решили.
appeal-alone = Жалоба про мем № { $number } у команды. Модератор в ней один, поэтому смотреть будет тот же человек. Я напишу, что решили.
no-appeal-not-rejected = Обжаловать нечего: этому мему не отказали. Что с ним – /my.
no-appeal-again = Его уже обжаловали, а это можно один раз. Что с ним – /my.
no-appeal-late = Поздно: обжаловать отказ можно две недели.
no-appeal-suggested = Он пришёл как предложенный пост, и Telegram его закрыл. Пришлите мем мне через /submit.
notice-approved = Мем № { $number } взяли в канал.
notice-planned = Мем № { $number } взяли. Выйдет { $when }.
notice-moved = Мем № { $number } выйдет в другое время: { $when }.
notice-rejected = Мем № { $number } не взяли. { $reason }
notice-rejected-again = Другой модератор посмотрел мем № { $number }, и его всё-таки не взяли. { $reason }
notice-rejected-alone = Единственный модератор посмотрел мем № { $number } ещё раз, и его всё-таки не взяли. { $reason }
notice-appeal-heard = Жалоба помогла.
notice-published = Мем № { $number } уже { $link }.
notice-asked =
    Админы спрашивают про мем № { $number }:
    <blockquote>{ $text }</blockquote>
notice-milestone = У мема № { $number } уже { $count ->
        [one] { $count } реакция
        [few] { $count } реакции
       *[many] { $count } реакций
    } 🎉

cmd-submit = предложить мем в канал
cmd-my = мои мемы: что с ними
cmd-cancel = бросить начатое

# --- когда


# --- Модерация: карточки, решения, роли и настройки ---

card-head = <b>№ { $number }</b> · { $what } · { $at }
card-photo = картинка
card-video = видео
card-animation = гифка
card-document = файл
card-sticker = стикер
card-album = альбом: { $count ->
        [one] { $count } файл
        [few] { $count } файла
       *[many] { $count } файлов
    }
card-author = От кого: { $author }, { $credit }
card-named = с именем
card-anonymous = для читателей анонимно
card-suggested = Пришло через предложку канала.
card-record = Предлагал: { $proposed }, опубликовано: { $published }, отклонено: { $rejected }
card-first = Это первая заявка автора.
card-reasons = Последние отказы: { $reasons }
card-note = Заметка: { $note }
card-banned = 🚫 Автор в чёрном списке
card-caption = Подпись:
card-caption-for = Подпись для { $channel }: { $text }
card-explained = 🤖 Бот понял так ({ $certainty }):
card-unexplained = 🤖 Бот этот мем объяснить не смог.
card-seen = 🔁 Похожее уже было:
card-seen-line = • { $this } – { $that }, { $date }: { $how }
card-this = эта картинка
card-that-post = пост
card-also-post = пост в другом канале
card-that-submission = заявка № { $number }
like-exact = тот же файл
like-near = та же картинка, отличие { $distance } из 256
like-part = та же картинка: обрезана, в рамке или внутри другой
like-same-template-same-text = тот же шаблон и тот же текст
like-same-text = тот же текст
like-same-template-other-text = тот же шаблон, текст другой
like-mirrored = отражена
card-flags = ⚑ { $flags }
card-votes = 👍 Одобрили: { $names } ({ $have } из { $need })
card-votes-enough = 👍 Одобрили: { $names } ({ $have }, а нужно { $need }). Голосов уже хватает: выберите, когда публиковать.
card-asked = 💬 { $who }: { $text }
card-answered = ↳ Автор: { $text }
card-appeal = ⚖️ <b>Автор обжалует отказ:</b> { $text }
card-appeal-against = ↳ Отказ: { $who }, { $at }. { $reason }
card-appeal-other = ↳ Решает другой модератор, не { $who }.
card-appeal-alone = ↳ Других модераторов нет: снова решает { $who }.
card-unanswered = ↳ Автор пока не ответил.
card-unreached = ↳ Вопрос не дошёл: автор заблокировал бота.
card-media-gone = Файл у Телеграма больше не взять, картинки не будет.
state-pending = ⏳ Ждёт решения
state-approved = ✅ Одобрено: { $who }, { $at }. Выйдет { $slot }
state-publishing = 📤 Публикуется. Одобрено: { $who }, { $at }
state-published = 📢 Опубликовано { $published }. Одобрено: { $who }
state-rejected = ❌ Отклонено: { $who }, { $at }
state-withdrawn = ↩️ Автор забрал заявку
reason-line = Причина: { $reason }
reason-silent = Без объяснения: автору об этом не пишем.

when-today = сегодня в { $time }
when-tomorrow = завтра в { $time }
when-day = { $weekday } { $date } в { $time }
weekday-mon = пн
weekday-tue = вт
weekday-wed = ср
weekday-thu = чт
weekday-fri = пт
weekday-sat = сб
weekday-sun = вс
age-now = только что
age-minutes = { $count } мин назад
age-hours = { $count } ч назад
age-days = { $count } дн. назад


mb-now = ✅ Сейчас
mb-next = 🕐 В ближайший слот
mb-pick = 🗓 Выбрать слот
mb-reject = ❌ Отклонить…
mb-quiet = 🔇 Молча
mb-caption = ✏️ Подпись
mb-caption-for = ✏️ Только для { $channel }
mb-ask = 💬 Спросить
mb-ban = 🚫 Забанить
mb-why = 🤖 Объяснение
mb-undo = ↩️ Отменить · { $seconds } с
mb-back = ← Назад
mb-later = Позже →
mb-earlier = ← Раньше
mb-own-reason = Своими словами…
mb-cancel = Не надо
mb-release = Прервать ввод
mb-no-caption = Убрать подпись
mb-ban-yes = Забанить и отклонить
mb-there = Пост есть
mb-not-there = Поста нет
place-unknown = ⚠️ Где он стоит, неизвестно: у автора нет ссылки, реакции не считаются, повторы не замечаются. Перешлите пост мне или ответьте на это сообщение ссылкой на него.
place-found = Нашёл: мем № { $number } – { $post }. Теперь его реакции считаются, а повторы замечаются.
place-elsewhere = Это не пост канала.
fate-settled = Вышла ли № { $number }? Разобрались:
mb-open = Открыть № { $number }
pick-slot = 🗓 Когда публиковать?
pick-reason = ❌ Почему отклоняем? Автор увидит эту фразу на своём языке.
pick-ban = 🚫 Забанить автора и отклонить заявку? Новых он присылать не сможет, вернуть – /unban { $author }.
no-slots = Свободных слотов нет. Что занято – /slots, времена назначает владелец в /settings → «Расписание».

said-approved = Одобрено: выйдет { $slot }
said-counted = Голос учтён: { $have } из { $need }
said-rejected = Отклонено
said-undone = Отменено: заявка снова ждёт решения
said-banned = Автор забанен, заявка отклонена
said-caption = Подпись изменена
said-target = Изменено, где выйдет
said-asked = Вопрос отправлен автору
author-answered = { $who }, автор ответил про мем № { $number }: { $text }
author-unreached = { $who }, автор мема № { $number } недоступен: вопрос не дошёл. { $text }
said-cancelled = Хорошо, не будем
said-released = Ввод прерван
said-resolved = Записано
lost-approved = Уже одобрено: { $who }, { $at }
lost-rejected = Уже отклонено: { $who }, { $at }
lost-withdrawn = Автор забрал заявку
lost-pending = Решение уже отменено
lost-published = Уже опубликовано: { $who }, { $at }
lost-publishing = Уже публикуется: { $who }, { $at }
lost-changed = Карточка изменилась, пока вы решали: посмотрите ещё раз
lost-page = Эту страницу открывали не вы: { $who }. Вернуть карточку – «← Назад»
page-of = Эту страницу открывали не вы: { $who }. Отправьте команду, и будет своя.
lost-claimed = { $who } сейчас отвечает на эту карточку, до { $until }
lost-voted = Вы уже одобрили, нужен голос кого-то ещё: всего { $need }
lost-own = Свою заявку должен решать кто-то другой
lost-same-decider = Отказали вы: жалобу решает другой модератор
lost-undo = Отменить уже нельзя: время вышло
for-moderators = Эти кнопки для модераторов
not-claimant = Ввод может прервать только { $who } – или подождите до { $until }
somebody = кто-то
the-community = анонимный админ

prompt-reason = { $who }, ответьте на это сообщение: почему отклоняем № { $number }? Автор увидит текст как есть. Передумали – /cancel.
prompt-caption = { $who }, ответьте на это сообщение новой подписью к № { $number }, оформление сохранится. Передумали – /cancel.
prompt-question = { $who }, ответьте на это сообщение вопросом к автору № { $number }: я передам. Передумали – /cancel.
prompt-placeholder = Ответ на это сообщение
prompt-text-only = Здесь нужен текст. Передумали – /cancel.
prompt-too-long = Слишком длинно: { $length } из { $limit } знаков. Пришлите покороче.

queue-title = <b>Очередь</b>: { $count ->
        [one] { $count } заявка ждёт
        [few] { $count } заявки ждут
       *[many] { $count } заявок ждут
    } решения
queue-line = <b>№ { $number }</b> · { $what } · { $age }{ $marks }
card-how = Номер заявки: /card 17
audit-how = Номер заявки: /audit 17
audit-title = <b>Журнал № { $number }</b>
audit-line = { $at } – { $who }: { $what }
no-such = Заявки № { $number } нет.
no-right = Для этого нужны другие права: { $role }.
note-how = Напишите /note и id автора, потом текст – или ответьте командой на карточку: /note текст. Без текста заметка стирается.
note-set = Заметка об авторе { $author } сохранена, её видят только модераторы.
note-cleared = Заметка об авторе { $author } стёрта.
ban-how = Напишите /ban и id автора – или ответьте командой на карточку. Причину можно добавить после id.
ban-done = Автор { $author } забанен: прислать новое он не сможет. Вернуть – /unban { $author }.
ban-already = Автор { $author } уже в чёрном списке.
ban-staff = { $author } – из команды: сначала снимите роль.
unban-how = Напишите /unban и id автора – или ответьте командой на карточку.
unban-done = Автор { $author } снова может присылать мемы.
unban-not = Автор { $author } и не был в чёрном списке.
role-how =
    Напишите /role, id или @имя, роль. Можно ответить командой на сообщение человека: /role moderator.
    Роли: owner – всё и настройки, admin – роли модераторов и редакторов, moderator – решения, editor – правка базы; none – снять.
role-set = { $who }: теперь { $role }.
role-stays = { $who } – по-прежнему { $role }: эту роль дают настройки запуска или чат модераторов, здесь её не снять.
role-yours = Теперь вы { $role } этого сообщества. Что вам можно – /help.
anonymous-how = Не вижу, кто вы: вы пишете от имени группы. Отключите анонимность – или пусть владелец включит в /settings «Чат даёт права».
role-none = { $who }: роли больше нет.
role-unknown = Я не знаю, кто такой { $name }. Пришлите id числом или ответьте командой на сообщение этого человека.
role-list = <b>Команда</b>
role-line = { $who } – { $role }
role-owner = владелец
role-admin = админ
role-moderator = модератор
role-editor = редактор
role-member = модератор как участник чата

removed-from-chat = Не могу писать в чат модераторов ({ $chat }): { $why }. Заявки копятся, карточки придут, когда впустите меня снова или укажете другой чат в MEMEBOT_MODERATORS_CHAT.
because-not-there = бота там нет
because-no-rights = у бота нет права там писать
because-topic-closed = тема закрыта
because-file-gone = файла у Телеграма больше нет, попросите автора прислать мем ещё раз
because-too-fast = Телеграм просит подождать
because-no-connection = не было связи с Телеграмом
because-no-answer = Телеграм не ответил
because-stopped = бота остановили на полпути
because-unexpected = ошибка самой программы, подробности в её журнале
because-said = ответ Телеграма: «{ $said }»
topic-gone = Темы модераторов больше нет, теперь пишу сюда. Другую тему задайте в MEMEBOT_MODERATORS_TOPIC и запустите меня заново.
here-again = Я снова в чате модераторов, продолжаю.
fate-unknown = ❓ Неизвестно, вышла ли № { $number }: связь прервалась во время публикации. Посмотрите в канал.

settings-title = <b>Настройки сообщества</b>
settings-hint = Нажмите на настройку, чтобы изменить.
settings-reasons = Причины отказа…
settings-roles = Кто в команде…
settings-value = Сейчас: { $value }
settings-ask = Пришлите новое значение ответом на это сообщение. Передумали – /cancel.
settings-ask-week = Пришлите ответом на это сообщение дни и времена, например: пн-пт 10:00 19:00; сб, вс 12:00. Без слотов – знак «-». Передумали – /cancel.
settings-none = нет
settings-ask-numbers = Пришлите ответом на это сообщение числа, например: 10 50 100. Ни одного – знак «-». Передумали – /cancel.
settings-saved = Сохранено: { $name } – { $value }
settings-changed = «{ $name }» тем временем изменили: { $value }. Посмотрите ещё раз и сохраните.
settings-bad = Так не получится: { $problem }
bad-setting = нет такой настройки, есть { $known }
bad-number = нужно целое число от { $low } до { $high }
bad-switch = нужно да или нет
bad-choice = одно из: { $choices }
bad-zone = нет часового пояса «{ $zone }», пишите, например, Europe/Moscow
bad-week = нужны дни и времена, например: пн-пт 10:00 19:00; сб 12:00
bad-day = нет дня «{ $day }», дни: { $known }
bad-times = у дня должен быть список времени
bad-time = «{ $time }» – не время суток, пишите, например, 10:00
bad-line = одна строка, не длиннее { $longest } знаков
bad-numbers = не больше { $most } целых чисел
bad-reason = у причины есть ключ и слова на двух языках
bad-reason-key = у каждой причины свой ключ
bad-reasons-full = причин не больше { $limit }: сначала уберите одну
bad-reason-words = причина нужна на двух языках, до { $longest } знаков на каждом
settings-on = да
settings-off = нет
set-custom = Своё значение…
unit-seconds = { $count } с
unit-minutes = { $count } мин
unit-hours = { $count } ч
reasons-title = <b>Готовые причины отказа</b>
reasons-hint = Автор видит причину на своём языке. Нажмите, чтобы изменить или убрать.
reasons-add = ➕ Добавить
reasons-edit = ✏️ Изменить
reasons-delete = 🗑 Убрать
reasons-full = Больше { $limit } причин не поместится: сначала уберите какую-нибудь.
reasons-saved = Причина сохранена.
reasons-gone = Причина убрана.

cmd-queue = очередь заявок
cmd-card = карточка заявки по номеру
cmd-audit = кто и что решал
cmd-note = заметка об авторе
cmd-ban = не принимать мемы от автора
cmd-unban = снова принимать
cmd-role = роли команды
cmd-reasons = готовые причины отказа
cmd-settings = настройки сообщества

card-video-note = кружок
card-forgotten = Автор попросил всё о себе стереть.
card-error = ⚠️ { $why }
state-claimed = ✍️ { $who } отвечает на эту карточку, до { $until }
state-held = ✅ Одобрено: { $who }, { $at }. Слот не назначен
reason-none = Без причины.
undo-line = До { $until } можно передумать: автор ещё не знает.
lost-close = Слишком близко к другому посту: { $slot }
lost-slot = Этот слот уже прошёл
lost-reason = Такой причины больше нет
the-bot = бот
the-shell = командная строка
mb-new-caption = Новая подпись
mb-first = В начало
pick-caption = ✏️ Что сделать с подписью?
queue-empty = Очередь пуста. Запланировано: { $planned }.
queue-planned = Запланировано: { $count }. /card и номер – карточка.
reasons-ask = Пришлите ответом на это сообщение две строки: первая по-русски, вторая по-английски. Передумали – /cancel.
reasons-bad = Нужны ровно две строки, по-русски и по-английски, каждая до { $limit } знаков.
overdue-spread = разнести по времени
overdue-slots = в следующие слоты
set-approvals = Голосов для одобрения
set-approvals-why = Сколько разных модераторов должны одобрить мем, чтобы он вышел.
set-undo-seconds = Время на отмену
set-undo-seconds-why = Сколько секунд решение можно отменить. Автор узнаёт о нём только потом.
set-own-approval = Одобрять своё
set-own-approval-why = Может ли модератор одобрить мем, который предложил сам.
set-claim-minutes = Время на ответ
set-claim-minutes-why = На сколько минут карточка занята тем, кто пишет причину, подпись или вопрос.
set-daily-limit = Заявок в день
set-daily-limit-why = Сколько мемов один автор может предложить за сутки.
set-min-gap-minutes = Перерыв между постами
set-min-gap-minutes-why = Сколько минут должно пройти между двумя постами.
set-zone = Часовой пояс
set-zone-why = По нему считаются слоты и показывается время. Другой можно написать словами, например Asia/Tbilisi.
set-schedule = Расписание
set-schedule-why = В какие дни и часы выходят посты, по часовому поясу сообщества. Каждое время – один слот.
set-overdue = Опоздавшие посты
set-overdue-why = Если бот был выключен, что делать с пропущенными слотами: выпустить с перерывами прямо сейчас или поставить в следующие свободные слоты.
set-alert-pending-hours = Напоминать о старых
set-alert-pending-hours-why = Через сколько часов напомнить о заявке, которую никто не решил. Ноль – не напоминать.
set-alert-empty-tomorrow = Напоминать о пустом завтра
set-alert-empty-tomorrow-why = Написать модераторам, если на завтра ничего не запланировано.
set-chat-grants = Чат даёт права
set-chat-grants-why = Каждый участник чата модераторов может решать заявки без отдельной роли.
set-milestones = Рубежи реакций
set-milestones-why = О скольких реакциях на свой мем узнаёт автор. Каждый автор может отключить это у себя.
set-lang = Язык сообщества
set-lang-why = На каком языке подписаны посты и пишет бот в чат модераторов. Остальным он отвечает на их языке.
lang-is-auto = как настроен бот
lang-is-ru = русский
lang-is-en = английский
lang-is-other = другой, чем у первого канала
set-target = Куда идут мемы
set-target-why = В каком канале выходит мем, если на карточке не выбрано другое.
target-first = первый канал
target-second = второй канал
target-both = оба
set-signature = Подпись первого канала
set-signature-why = Строка в конце каждого поста, например @имя канала. Дефис её убирает.
set-second-lang = Второй канал: язык
set-second-lang-why = На каком языке подписаны его посты и кнопка под ними.
set-second-schedule = Второй канал: расписание
set-second-schedule-why = В какие дни и часы выходят его посты, по часовому поясу сообщества.
set-second-min-gap-minutes = Второй канал: перерыв между постами
set-second-min-gap-minutes-why = Сколько минут должно пройти между двумя его постами.
set-second-signature = Второй канал: подпись
set-second-signature-why = Строка в конце каждого его поста. Дефис её убирает.
settings-ask-line = Пришлите эту строку. Дефис её убирает.
impact-title = <b>{ $name }: { $value }</b>
    Ещё не сохранено. Что будет с запланированным:
impact-kept =
    { $count ->
        [one] { $count } запланированный пост выйдет в своё время, ничего не потеряется
        [few] все { $count } запланированных поста выйдут в своё время, ничего не потеряется
       *[many] все { $count } запланированных постов выйдут в своё время, ничего не потеряется
    }
impact-zone = слоты считаются по { $after }, а не по { $before }; ниже – время { $after }
impact-off = больше не в слотах расписания: { $list }
impact-near = слишком близко к другому посту: { $list }
impact-gone = слоты ближайших семи дней, которых не станет: { $list }
impact-new = новые слоты ближайших семи дней: { $list }
impact-crowded = слоты ближе к предыдущему, чем разрешён перерыв, – из двух пригодится один: { $list }
impact-more = ещё { $count }
impact-save = Сохранить
console-settings-tab = Сообщество
console-settings-group-plan = Когда выходят посты
console-settings-group-review = Решения
console-settings-group-language = Язык
console-settings-group-channels = Каналы
console-settings-group-authors = Авторы
console-settings-group-alerts = Напоминания
console-settings-safe = Запланированное не сдвинется: если изменение его касается, сначала увидите как.
console-settings-wrong =
    { $count ->
        [one] Ничего не сохранено: посмотрите ещё раз одно поле.
        [few] Ничего не сохранено: посмотрите ещё раз { $count } поля.
       *[many] Ничего не сохранено: посмотрите ещё раз { $count } полей.
    }
console-settings-saved = Сохранено: { $list }
console-settings-same = Ничего не изменилось.
console-settings-sure = Ещё не сохранено: что будет с запланированным
console-reasons-tab = Причины
console-reasons-lead = Их предлагают, когда мем отклоняют; автор читает на своём языке. До { $longest } знаков каждая.
console-reasons-none = Причин нет: модераторы каждый раз пишут свою. Добавьте первую ниже.
console-reasons-new = Новая причина
console-reasons-ru = По-русски
console-reasons-en = По-английски
console-reasons-add = Добавить
console-reasons-drop = Убрать
console-reasons-sure = Больше не предлагать эту причину? В старых отказах она останется.
console-roles-tab = Команда
console-roles-lead = Кто что может. О новой роли бот сообщает человеку, если тот ему уже писал.
console-roles-fixed = назначен при запуске
console-roles-take = Забрать
console-roles-take-of = Забрать роль «{ $role }» у { $who }
console-roles-sure = Забрать эту роль?
console-roles-new = Дать роль
console-roles-who = Номер в Телеграме или @имя того, кого бот уже встречал
console-roles-which = Роль
console-roles-may-owner = всё, в том числе эти настройки
console-roles-may-admin = ещё и план, баны, причины, роли
console-roles-may-moderator = решает о мемах
console-roles-may-editor = пишет объяснения
console-roles-give = Дать
console-roles-given = { $who }: теперь { $role }.
console-roles-taken = { $who }: больше не { $role }.
console-roles-nobody = Бот не знает, кто это. Пришлите номер или попросите человека сначала написать боту.
console-roles-own = Забрать роль «{ $role }» у себя?
console-roles-own-why = То, что она разрешает, станет недоступно, и вернуть её себе вы не сможете.
flag-tiny = маленькая картинка
flag-only-text = один текст
flag-nsfw = похоже на непристойное
flag-links = ссылка
flag-mentions = много упоминаний
flag-appeal = жалоба автора
flag-flood = много заявок подряд
flag-repost-exact = этот файл уже был
flag-repost-near = эта картинка уже была
flag-repost-text = эта шутка уже была
state-name-pending = ждёт решения
state-name-approved = одобрено
state-name-publishing = публикуется
state-name-published = опубликовано
state-name-rejected = отклонено
state-name-withdrawn = автор забрал
audit-submit = прислано
audit-read = бот прочитал картинку
audit-edit = изменена подпись
audit-target = изменено, где публиковать
audit-claim = взято в работу
audit-release = отпущено
audit-vote = голос за
audit-approve = решение
audit-reject = решение
audit-undo = решение отменено
audit-ask = вопрос автору
audit-answer = ответ автора
audit-withdraw = заявка забрана
audit-appeal = автор обжалует отказ
audit-begin = начата публикация
audit-published = пост вышел
audit-refused = Телеграм не принял пост
audit-unknown = неизвестно, вышел ли пост
audit-there = пост нашёлся
audit-not-there = поста нет
audit-move = перенос на другое время
audit-swap = обмен слотами
audit-spread = перенос опоздавшего
audit-ban = автор забанен
audit-unban = автор снова может присылать мемы
audit-note = заметка об авторе
audit-grant = автору дана роль
audit-revoke = у автора снята роль
audit-forget = автор стёр данные о себе

# --- редакторам

gap-reached = «{ $title }»: ответ { $count ->
        [one] получил { $count } человек, который его ждал
        [few] получили { $count } человека, которые его ждали
       *[many] получили { $count } человек, которые его ждали
    }.

kind-joke = шутка
kind-format = шаблон
kind-concept = понятие
field-kind = Вид
field-title-ru = Название, ru
field-title-en = Название, en
field-text-ru = Текст, ru
field-text-en = Текст, en
field-aliases = Другие названия
field-says = Фразы
field-asks-ru = Как спрашивают, ru
field-asks-en = Как спрашивают, en
field-captions-ru = Подписи, ru
field-captions-en = Подписи, en
field-keywords-ru = Ключевые слова, ru
field-keywords-en = Ключевые слова, en
field-looks-like = Как выглядит
field-rows = Ряды
field-roles = Роли
field-reads-ru = Прочтение, ru
field-reads-en = Прочтение, en
field-formats = Шаблоны
field-concepts = Понятия
field-exemplars = Картинки
field-sources = Источники
hint-title = Одной строкой.
hint-text = От 60 до 160 слов, разметка Markdown: что на картинке, что надо знать, почему смешно.
hint-aliases = Как ещё это называют, на любом из языков.
hint-says = Слова, которые бывают на таких мемах, по фразе в строке.
hint-asks = Как об этом спрашивают, не зная названия, по вопросу в строке.
hint-captions = Короткие строки, которые стоят на мемах об этом, по одной в строке.
hint-keywords = Слова, которые ходят с этим рядом.
hint-looks-like = Как выглядит картинка, по-английски.
hint-rows = down (сверху вниз) или across (слева направо), если число кадров бывает разным: роли тогда row-1, row-2 и так далее.
hint-roles = id | лево верх право низ | имя по-русски | имя по-английски. Рамка меряется по первой картинке, от 0 до 1: у Дрейка «rejected | 0.5 0 1 0.5 | …».
hint-reads = Фраза о том, что на картинке, с ролями в фигурных скобках: Отмахивается от «{"{"}rejected{"}"}».
hint-formats = Имена шаблонов (id).
hint-concepts = Имена понятий (id).
hint-exemplars = Имена картинок.
hint-sources = Название | https://адрес

ed-person = редактор { $number }
ed-entry-how = Какую запись? Например: <code>/entry переобучение</code>
ed-new-how = Что пишем? <code>/new joke</code> – шутка, <code>/new format</code> – шаблон, <code>/new concept</code> – понятие; лучше всего ответом на мем.
ed-try-how = Ответьте на картинку командой /try: покажу, что отвечаю на неё сейчас и что отвечу с вашей правкой.
ed-exemplar-how = Ответьте на картинку командой /exemplar: она войдёт в запись, которую вы правите, или выйдет из неё.
ed-history-how = Чью историю? Например: <code>/history overfitting</code>
ed-found = Какую из них?
ed-not-found = Такой записи нет.
ed-no-draft = Вы ничего не правите. Открыть запись – /entry, начать новую – /new.
ed-drafts = Вы правите:
ed-no-drafts = Вы ничего не правите.
ed-draft-gone = Этот черновик уже сохранён или брошен.
ed-cannot = Так нельзя: { $reason }
ed-about = { $id }, { $kind }, версия { $number } от { $at }
ed-linking = Ссылаются: { $ids }
ed-panel = ✏️ <b>{ $title }</b> – <code>{ $id }</code>, { $kind }
ed-panel-new = Новая запись, ещё не сохранена.
ed-panel-changed = Несохранённая правка версии { $number }: { $fields }.
ed-panel-same = Пока ничего не изменено (версия { $number }).
ed-panel-newer = ⚡ Тем временем { $who } сохраняет версию { $number }.
ed-panel-others = Эту запись { $count ->
        [one] правит ещё { $count } редактор
        [few] правят ещё { $count } редактора
       *[many] правят ещё { $count } редакторов
    }.
ed-more-findings = … и ещё { $count }
ed-no-findings = ✅ Замечаний нет.
ed-file-wrong = Файл в таком виде не годится:
ed-file-large = Для записи этот файл слишком велик.
ed-file-caption = Поправьте и пришлите обратно: он станет вашим черновиком.
ed-field-text = <b>{ $field }</b> – пришлите новый текст.
ed-field-list = <b>{ $field }</b> – пришлите новый список, по одному в строке.
ed-field-more = <b>{ $field }</b> – пришлите новые, по одному в строке: они добавятся к этим. ✖ убирает.
ed-phrase-how = <b>{ $field }</b> – пришлите две строки: что там стоит и что поставить вместо этого. Тире во второй строке – убрать.
ed-phrase-two = Нужны две строки: что там стоит и что поставить вместо этого (тире – ничего). Пришлите ещё раз или /cancel.
ed-phrase-absent = «{ $phrase }» там нет.
ed-roles-picture = Рамки ролей и их номера.
ed-field-long = Здесь не поместится – целиком он в файле.
ed-exemplars-title = Картинки записи <b>{ $title }</b>:
ed-exemplar-print = • новая № { $number }: отпечаток
ed-exemplar-picture = • новая № { $number }: сама картинка ({ $licence })
ed-exemplars-how = Ответьте на картинку командой /exemplar, чтобы добавить её или убрать. Хранится только отпечаток, пока вы не укажете лицензию картинки.
ed-exemplar-added = Добавлено.
ed-exemplar-known = Эта картинка здесь уже есть: <code>{ $name }</code>.
ed-licence-how = Чья это картинка и по какой лицензии её можно хранить? Например: <i>нарисовали сами, CC0</i>. Пришлите сообщением.
ed-keep-wrong = Этот файл нельзя хранить картинкой, а отпечаток – можно.
ed-safe = { $checked ->
        [one] Проверен { $checked } текст или картинка
        [few] Проверены { $checked } текста и картинки
       *[many] Проверено { $checked } текстов и картинок
    }, которые правка может задеть: ни один ответ не портится.
ed-mends = { $count ->
        [one] Исправится { $count } ответ.
        [few] Исправятся { $count } ответа.
       *[many] Исправится { $count } ответов.
    }
ed-again = Пришлите другое или /cancel.
ed-merge-same = Это она сама и есть.
ed-merge-other-kind = «{ $title }» – { $other }, а это { $kind }: соединить можно только записи одного вида.
ed-newly = Объяснит { $count ->
        [one] { $count } мем, который
        [few] { $count } мема, которые
       *[many] { $count } мемов, которые
    } сейчас ничем не объясняются:
ed-newly-unlike = ⚠️ Объяснит { $count ->
        [one] { $count } мем
        [few] { $count } мема
       *[many] { $count } мемов
    } разного вида, непохожих друг на друга (видов: { $groups }). Проверьте, не слишком ли общие у записи слова:
ed-newly-wordless = (картинка без слов)
ed-breaks = ⚠️ Правка испортит { $count ->
        [one] { $count } ответ
        [few] { $count } ответа
       *[many] { $count } ответов
    } (проверено { $checked }).
ed-broken-title = Что сейчас верно, а станет неверным:
ed-nothing = нет в базе
ed-newer = ⚡ Пока вы правили, { $who } сохраняет версию { $number } ({ $at }). Что изменилось:
ed-newer-gone = ⚡ Пока вы правили, { $who } удаляет запись (версия { $number }, { $at }).
ed-clashes = Вы оба изменили { $count ->
        [one] одно и то же место
        [few] { $count } общих места
       *[many] { $count } общих мест
    }:
ed-clash = <u>{ $field }</u>
    у вас: <b>{ $mine }</b>
    там: <b>{ $theirs }</b>
ed-no-difference = Ничего не изменилось.
ed-history-title = Версии записи <b>{ $id }</b>; номер покажет, что изменилось:
ed-deleted-mark = (удалена)
ed-revision = <b>Версия { $number }</b> записи { $id }, { $at }, { $who }
ed-today = Сейчас
ed-with-change = С вашей правкой
ed-comment-how = Что вы изменили и зачем? Пришлите сообщением, оно останется при версии.
ed-id-how = Пришлите новое имя (id): строчные латинские буквы, цифры и дефисы. Сейчас – <code>{ $id }</code>.
ed-id-taken = Имя <code>{ $id }</code> занято.
ed-id-bad = <code>{ $id }</code> не годится: строчные латинские буквы, цифры и одиночные дефисы, не больше 48 знаков.
ed-discard-sure = Бросить черновик? Несохранённое пропадёт.
ed-discarded = Черновика больше нет.
ed-blocked = Так пока не сохранить:
ed-saved = Сохранено: «{ $title }», версия { $number }.
ed-saved-group = Запись объясняет мемов из группы: { $count } из { $memes }. Кто просил сообщить, услышит прямо сейчас.
ed-undone = Отменено: { $id } – как до версии { $number }.
ed-undo-late = С тех пор запись сохранили ещё раз ({ $who }), поэтому ничего не отменено. В истории есть обе версии. Что изменилось с тех пор:
ed-restore-sure = Вернуть версию { $number } записи { $id }? Нынешняя останется в истории.
ed-restored = { $id }: версия { $number } говорит то же, что версия { $old }.
ed-delete-sure = Удалить «{ $title }»? Запись можно будет вернуть. { $links ->
        [one] На неё ссылается { $links } запись.
        [few] На неё ссылаются { $links } записи.
       *[many] На неё ссылаются { $links } записей.
    }
ed-deleted = Запись { $id } удалена.
ed-renamed = <code>{ $old }</code> теперь <code>{ $new }</code>; ссылки и история переехали вместе с записью.
ed-merge-how = Что влить в «{ $title }»? Пришлите название или имя (id).
ed-merge-choose = Какую запись влить в «{ $title }»?
ed-merge-sure = Влить «{ $other }» в «{ $into }»? Тексты останутся от «{ $into }», а названия, фразы, картинки и ссылки соединятся.
ed-merged = Запись { $other } теперь часть { $into }.
ed-merge-wrong = Эти записи не соединить: { $reason }
ed-call = Этот мем выйдет в канале ({ $at }), а объяснить его я не могу. Напишете запись?
ed-calls = { $count ->
        [one] { $count } мем выйдет
        [few] { $count } мема выйдут
       *[many] { $count } мемов выйдут
    } в канале, а объяснить их я не могу. Напишете записи?
ed-calls-line = № { $number } – { $at }
ed-call-soon = скоро
ed-edit = ✏️ Править
ed-history = 🕘 История
ed-rename = Переименовать
ed-merge = Слить
ed-delete = 🗑 Удалить
ed-exemplars = Картинки ({ $count })
ed-id = Имя (id)
ed-preview-ru = 👁 ru
ed-preview-en = 👁 en
ed-file = 📄 Файлом
ed-save = ✅ Сохранить
ed-discard = 🗑 Бросить
ed-see-newer = ⚡ Посмотреть новую версию
ed-empty = Очистить
ed-anew = ✍️ Прислать заново
ed-phrase = 🔁 Заменить фразу
ed-drop = ✖ { $name }
ed-drop-new = ✖ новая № { $number }
ed-keep = Хранить саму картинку № { $number }
ed-see-broken = Показать
ed-save-anyway = Всё равно сохранить
ed-save-now = ✅ Сохранить
ed-save-comment = 💬 С комментарием
ed-merge-both = Соединить обе
ed-merge-mine = Соединить, в спорном – моё
ed-merge-theirs = Соединить, в спорном – чужое
ed-overwrite = Заменить моей
ed-undo = ↩️ Отменить
ed-show = Показать запись
ed-restore = ↩️ Вернуть
ed-restore-yes = Вернуть
ed-undelete = ↩️ Вернуть
ed-no = Нет
ed-delete-yes = Удалить
ed-delete-unlink = Удалить вместе со ссылками
ed-delete-links = Удалить, ссылки оставить
ed-merge-yes = Слить
ed-discard-yes = Бросить
ed-new-joke = ✍️ шутка
ed-new-format = ✍️ шаблон
ed-new-concept = ✍️ понятие
ed-hide = Объяснять нечего
ed-unhide = Показывать снова
gap-title = Не объяснено: { $memes ->
        [one] { $memes } мем
        [few] { $memes } мема
       *[many] { $memes } мемов
    }, групп: { $groups }.
gap-none = Объяснено всё, о чём спрашивали.
gap-gone = Необъяснённого здесь больше нет.
gap-hidden = Эта группа больше не показывается.
gap-people = 👥 { $count }
gap-memes = 🖼 { $count }
gap-waiting = 🔔 { $count }
gap-disliked = 👎 { $count }
gap-wordless = (без слов)
gap-words = Общие слова: <b>{ $words }</b>
gap-template = Возможно, это шаблон «{ $title }».
help-moderators =
    <b>Модераторам</b>
    • /queue – что ждёт решения, /card 17 – карточка, /audit 17 – кто и что решал;
    • /slots – что и когда выйдет;
    • /stats – цифры об очереди, /prize – лучшее за год;
    • /note – заметка об авторе, ответом на карточку;
    • /role – кто в команде;
    • /cancel – бросить начатое.
help-admins =
    <b>Админам</b>
    • /ban и /unban – не принимать мемы от автора, снова принимать;
    • /role @имя moderator – дать роль, none – снять;
    • /reasons – готовые причины отказа.
help-owners =
    <b>Владельцам</b>
    • /settings – расписание, голоса, ограничения и прочее.
help-editors =
    <b>Редакторам</b>
    • /gaps – мемы, которые я не смог объяснить;
    • /entry переобучение – найти, прочитать, поправить запись;
    • /new joke – начать новую, ответом на мем;
    • /try – что отвечу на картинку с вашей правкой;
    • /exemplar – добавить картинку в запись или убрать;
    • /history overfitting – кто что менял, и вернуть как было;
    • /drafts – что у вас не сохранено.
cmd-gaps = мемы, которые не удалось объяснить
cmd-entry = найти, прочитать и поправить запись
cmd-new = начать запись, ответом на мем
cmd-try = что бот ответит на картинку с моей правкой
cmd-exemplar = добавить картинку в запись или убрать
cmd-history = кто менял запись, и вернуть как было
cmd-drafts = что у меня не сохранено
report-title = Неделя { $since } – { $until }
report-pictures = Мемов: { $count }, объяснено { $percent } % (неделей раньше { $before } %).
report-questions = Вопросов: { $count }, без ответа { $unknown }.
report-disappointing = Записи, которые разочаровывают: { $entries }
report-confused = Не понравилось, и что было бы следом: { $pairs }
report-channels = По видам улик: { $channels }
report-asked = Слова, которых нет ни в одной записи: { $words }
report-asked-about = О чём спрашивали
report-explained = объяснено
report-composed = составлено
report-unknown = нет в базе


# --- the channel: posts, the plan, figures
post-why = Почему это смешно?
post-about = О меме выше
post-credit = Прислал(а): { $name }
why-post = Мем из канала
why-none = У этого поста нет объяснения. Пришлите мем сюда – попробую объяснить.
top-week = неделя
top-month = месяц
top-year = год
top-title-week = <b>Лучшее за неделю</b>
top-title-month = <b>Лучшее за месяц</b>
top-title-year = <b>Лучшее за год</b>
top-none-week = За эту неделю реакций ещё нет.
top-none-month = За этот месяц реакций ещё нет.
top-none-year = За этот год реакций ещё нет.
top-line = { $place }. { $post } – { $count ->
        [one] { $count } реакция
        [few] { $count } реакции
       *[many] { $count } реакций
    }{ $author }
top-post = пост от { $date }
prize-title = Лучшие мемы { $year } года
prize-none = За { $year } год реакций на посты нет: награждать пока нечего.
prize-authors = <b>Авторы</b>
prize-author = { $place }. { $name } – { $posts ->
        [one] { $posts } мем
        [few] { $posts } мема
       *[many] { $posts } мемов
    }, { $count ->
        [one] { $count } реакция
        [few] { $count } реакции
       *[many] { $count } реакций
    }
stats-title = <b>Очередь, { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    }</b>
stats-now = Ждут решения: { $pending }, запланировано: { $planned }, отложено: { $held }, судьба неизвестна: { $unknown }
stats-oldest = Самое давнее прислано { $age }
stats-done = Прислано: { $submitted }, опубликовано: { $published }, отклонено: { $rejected }
stats-channel = Канал { $channel }: постов { $posts }, в плане { $planned }, отложено { $held }, реакций { $reactions }
stats-drafts = 🤖 Черновики модели: запросов – { $requests }, токенов – { $tokens }
stats-drafts-day = • в день, когда они были: запросов – { $requests }, токенов – { $tokens }
stats-drafts-today = • сегодня: запросов – { $requests }, токенов – { $tokens }
stats-waits = До решения: обычно { $median }, девять из десяти – за { $most }
stats-accepted = Одобрено { $share } % решённых заявок
stats-admin = • { $name }: { $count ->
        [one] { $count } решение
        [few] { $count } решения
       *[many] { $count } решений
    }, { $share } % всех решений
span-minutes = { $count } мин
span-hours = { $count } ч
span-days = { $count } дн.
plot-queue = Очередь
plot-waiting = ждут решения
plot-oldest = самое давнее, ч
plot-decisions = Кто решает
plot-acceptance = Сколько принимаем
plot-approved = одобрено
plot-rejected = отклонено
plot-rate = доля одобренных
slots-title = <b>План публикаций</b>, время { $zone }
slots-of = Канал: <b>{ $channel }</b>
slots-btn-channel = Канал { $channel }
slots-free = свободно
slots-none = Слотов нет: владелец назначает их в /settings → «Расписание».
slots-post = №{ $number }
slots-held-title = <b>Отложено</b>, само не выйдет:
slots-where = Куда перенести { $post }?
slots-swap = С кем поменять местами { $post }?
slots-btn-swap = Поменять местами
slots-btn-hold = Отложить
slots-btn-undo = ↩ Вернуть
slots-btn-back = « План
slots-moved = Перенесено
slots-back = Вернули как было
slots-swapped = Поменяли местами
slots-held = Отложено: без слота пост не выйдет

console-calendar-weeks = Недели
console-calendar-channels = Каналы
console-calendar-sooner = Раньше
console-calendar-later = Позже
console-calendar-today = Сегодня
console-calendar-zone = Время { $zone }
console-calendar-beside = запланировано раньше: { $before }, позже: { $after }
console-calendar-free = свободно
console-calendar-near = свободно, но слишком близко пост в { $time }
console-calendar-passed = ничего не вышло
console-calendar-off = вне расписания
console-calendar-post = в канале
console-calendar-by-hand = выложен вручную
console-calendar-reactions =
    { $count ->
        [one] { $count } реакция
        [few] { $count } реакции
       *[many] { $count } реакций
    }
console-calendar-card = Карточка
console-calendar-refused = Телеграм не принял: { $why }
console-calendar-see = Открыть
console-calendar-publishing = выходит прямо сейчас
console-calendar-unknown = вышел или нет? Спрашивает карточка
console-calendar-conflict = слишком близко пост в { $time }
console-calendar-expected = пропущен, выйдет { $at }
console-calendar-nothing = нет слотов
console-calendar-no-slots = В расписании нет слотов: время назначает владелец.
console-calendar-turn-1 = в первый раз
console-calendar-turn-2 = во второй раз
console-calendar-clocks-forward = Часы переводят вперёд: { $before } становится { $after }. Что стояло между ними, выйдет на час позже.
console-calendar-clocks-back = Часы переводят назад: { $before } снова становится { $after }, этот час идёт дважды.
console-calendar-late = Пропущены, пока канал был недоступен
console-calendar-late-spread = Как только он откроется, выйдут с перерывами сообщества:
console-calendar-late-slots = Как только он откроется, встанут в следующие свободные слоты:
console-calendar-held = Отложено
console-calendar-held-none = Ничего не отложено. Отложенный пост выйдет, только если его снова запланировать.
console-calendar-choose = перенести
console-calendar-where = Куда перенести { $post }?
console-calendar-how = Нажмите на отмеченное место или наберите его номер и Enter; можно открыть и другую неделю.
console-calendar-swap = поменять местами
console-calendar-to-next = В ближайший слот
console-calendar-to-hold = Отложить
console-calendar-to-now = Опубликовать сейчас
console-calendar-to-typed = Перенести
console-calendar-other-time = Другое время
console-calendar-again = во второй раз, если час идёт дважды
console-calendar-cancel = Оставить как есть
console-calendar-sure-now = Опубликовать сразу? Вернуть нельзя: времени на отмену в сообществе нет.
console-calendar-no-time = Это не время: нужны день и час.
console-calendar-undo = Вернуть
console-calendar-done-move = №{ $number } теперь выйдет: { $at }.
console-calendar-done-held = №{ $number } отложен: сам не выйдет, пока его не запланируют.
console-calendar-done-now = №{ $number } выйдет сразу, как кончится время на отмену.
console-calendar-done-swap = №{ $number } и №{ $other } поменялись местами.
console-calendar-done-back = Всё как было.
console-calendar-keys = Клавиши: стрелки ведут по постам, Enter выбирает; дальше стрелки или номер места и снова Enter; Esc – оставить как есть. H – отложить, U – вернуть, N и P – недели, T – сегодня. Посты можно и перетаскивать.
alert-waiting = ⏰ { $count ->
        [one] { $count } заявка ждёт
        [few] { $count } заявки ждут
       *[many] { $count } заявок ждут
    } решения слишком долго. Самая давняя прислана { $age }. /queue
alert-tomorrow = 📭 На завтра ничего не запланировано, свободно { $count ->
        [one] { $count } место
        [few] { $count } места
       *[many] { $count } мест
    }. /queue
alert-channel = 🚫 Канал недоступен, публикации ждут: { $why }. Верните бота в канал администратором с правом публиковать (и проверьте MEMEBOT_CHANNEL): отложенное выйдет само.
alert-refused = 🚫 Телеграм не принял № { $number }: { $why }. Заявка отложена, /slots
alert-unset = 🚫 Ждут второго канала: { $count }. MEMEBOT_SECOND_CHANNEL не задан: как только будет, посты выйдут
channel-first = первый канал
channel-second = второй канал
audit-located = найден пост
cmd-slots = план публикаций
cmd-stats = цифры об очереди
cmd-prize = лучшие мемы года
cmd-top = лучшее за неделю, месяц, год

# Объяснение: статьи базы слово в слово и то, что между ними. Каждый текст – одна строка без вариантов.

answer-format-1 = Формат – { $title }.
answer-format-2 = Это шаблон { $title }.
answer-format-3 = Узнаю шаблон: { $title }.
answer-says = Здесь написано: { $quote }.
answer-topic-1 = Тема – { $title }.
answer-topic-2 = Речь вот о чём: { $title }.
answer-topic-3 = Чтобы понять шутку, надо знать тему: { $title }.
answer-word = { $word } отсылает к теме { $title }.
answer-topic-alone-1 = Шаблон мне не знаком, а тему узнаю: { $title }.
answer-topic-alone-2 = Самого мема не знаю, а тема знакомая: { $title }.
answer-topic-alone-3 = Картинку вижу впервые, а говорится тут вот о чём: { $title }.
answer-also = Ещё тема: { $title }.
answer-format-alone = О чём подпись, я не понял, но сам шаблон знаю.
answer-more = Подробнее: { $titles }
answer-unknown = Этого мема в моей базе пока нет.
answer-unknown-question = На такой вопрос у меня пока нет ответа.
talk-hello = Привет! Пришлите мем про машинное обучение или спросите словами: «что такое переобучение?»
talk-thanks = Пожалуйста! Следующий мем объясню тоже бесплатно, присылайте.
talk-who = Я бот, который объясняет мемы про машинное обучение. Пришлите тот, который не поняли, – расскажу, в чём шутка.
talk-able = Объясняю мемы про машинное обучение: по картинке или словами. Попробуйте «this is fine» или пришлите скриншот.
talk-mood = Хорошо, лосс падает. Пришлите мем, упадёт ещё.
talk-laugh = Рад, что смешно! Есть ещё? Если какой-то мем непонятен, присылайте.
talk-bye = До встречи! Возвращайтесь с мемами.
talk-emoji = Картинки я понимаю лучше, чем смайлики. Пришлите мем или спросите о нём словами.
answer-perhaps = Может быть, дело вот в чём, но это только догадка.
answer-perhaps-about = О чём подпись, могу только догадываться.
answer-guesses = Ближе всего, но это только догадка: { $titles }.
certainty-high = почти наверняка
certainty-good = скорее всего
certainty-low = похоже, но не уверен
certainty-none = не знаю

# --- что бывает не так с файлами записей: у каждой беды свой код; что делать – в .hint. Не HTML.
problem-close = возможно, «{ $close }»?
problem-line = строка { $line }: { $text }
problem-lang-ru = по-русски
problem-lang-en = по-английски
problem-language-ru = по-русски
problem-language-en = по-английски
problem-kind-joke = шутка
problem-kind-format = формат
problem-kind-concept = понятие
problem-what-title = название
problem-what-title-in = название ({ $lang })
problem-what-text-in = объяснение ({ $lang })
problem-what-keywords = ключевые слова
problem-what-keywords-in = ключевые слова ({ $lang })
problem-what-asks = как спрашивают
problem-what-asks-in = как спрашивают ({ $lang })
problem-what-captions = подписи
problem-what-captions-in = подписи ({ $lang })
problem-what-rows = ряды
problem-what-roles = роли
problem-what-roles-in = имя роли ({ $lang })
problem-what-roles-item = роль
problem-what-reads = прочтение
problem-what-reads-in = прочтение ({ $lang })
problem-what-aliases = другие имена
problem-what-says = фразы на картинке
problem-what-looks-like = описание картинки
problem-what-formats = форматы
problem-what-concepts = понятия
problem-what-exemplars = картинки
problem-what-sources = источники
problem-what-sources-item = источник
problem-what-sources-title = название источника
problem-what-sources-url = адрес источника

problem-file-name = «{ $name }» – не идентификатор: маленькие латинские буквы, цифры и дефисы, до 48 знаков
    .hint = переименуйте в { $better }
problem-file-folder = неизвестный вид записи: папка «{ $folder }»
    .hint = перенесите файл в одну из папок: { $folders }
problem-file-size = слишком большой файл, байтов: { $count }; помещается { $most }
problem-file-empty = файл пуст
    .hint = он начинается с --- и названия; посмотрите на другую запись
problem-not-utf8 = файл не в UTF-8, байт { $byte }
    .hint = сохраните его в UTF-8
problem-byte-order-mark = невидимая метка в начале файла (BOM)
    .hint = сохраните файл в UTF-8 без BOM
problem-line-ends = переводы строк как в Windows
    .hint = сохраните файл с переводами строк LF
problem-tab = табуляция; поставьте пробелы
problem-control-character = невидимый символ { $character }; уберите его
problem-front-matter-start = файл не начинается с ---
    .hint = поля (title, says, …) стоят между двумя строками ---
problem-front-matter-end = нет второй строки ---
    .hint = поля заканчиваются строкой ---
problem-yaml = поля записаны с ошибкой ({ $error }); возьмите текст в двойные кавычки
problem-yaml-keys = нужны строки вида `поле: значение`
    .hint = текст с двоеточием, решёткой, кавычками или скобками – в двойных кавычках
problem-yaml-documents = поля записаны слишком хитро: второй документ
    .hint = оставьте один
problem-yaml-depth = поля записаны слишком хитро: много вложенных скобок; возьмите текст в двойные кавычки
problem-yaml-unfinished = поля записаны слишком хитро: значение не окончено; возьмите текст в двойные кавычки
problem-yaml-alias = поля записаны слишком хитро: ссылка *{ $name }; возьмите текст в двойные кавычки
problem-yaml-anchor = поля записаны слишком хитро: метка &{ $name }; возьмите текст в двойные кавычки
problem-yaml-tag = поля записаны слишком хитро: тип { $name }; возьмите текст в двойные кавычки
problem-key-unknown = неизвестное поле «{ $key }»
    .hint = поля: { $keys }
problem-key-twice = поле «{ $key }» встречается дважды
    .hint = первое – в строке { $first_line }
problem-title-missing = нет названия
    .hint = напишите { $example }
problem-not-text = { $what }: это не текст
    .hint = нужен один текст, если надо – в кавычках
problem-value-empty = { $what }: пусто
    .hint = заполните или уберите
problem-not-one-line = { $what }: должно быть в одну строку, без невидимых символов
problem-phrase-long = { $what }: слишком длинно, символов: { $count }; помещается { $most }
problem-not-a-list = { $what }: здесь нужен список
    .hint = например, { $example }
problem-items-many = { $what }: слишком много, { $count }; помещается { $most }
problem-item-twice = { $what }: «{ $text }» повторяется
    .hint = уберите одно
problem-not-an-id = { $what }: «{ $text }» – не идентификатор записи (маленькие латинские буквы, цифры и дефисы)
problem-exemplar-name = { $what }: «{ $text }» – не имя картинки
    .hint = имя файла маленькими латинскими буквами на .png, .jpg, .webp, .gif, .mp4 или .fp.npz
problem-not-parts = { $what }: нужны части { $first } и { $second }
    .hint = например, { $example }
problem-part-unknown = { $what }: лишняя часть «{ $text }»
    .hint = части – { $first } и { $second }
problem-part-twice = { $what }: «{ $text }» повторяется
    .hint = уберите одно
problem-part-missing = { $what }: не хватает части «{ $text }»
    .hint = например, { $example }
problem-not-an-address = источники: «{ $text }» – не адрес, он начинается с https://
problem-format-only = роли бывают только у шаблонов: уберите «{ $key }»
    .short = роли бывают только у шаблонов
problem-rows-wrong = ряды: «{ $text }» – не направление; бывают { $ways }
problem-rows-and-roles = либо ряды (rows), либо роли с рамками (roles), не то и другое
problem-not-roles = { $what }: нужна строка на каждую роль
    .hint = напишите { $example }
problem-box-wrong = рамка роли «{ $text }» пуста или выходит за картинку; лево, верх, право и низ – доли от 0 до 1, например 0.5 0 1 0.5
problem-slot-unknown = { $what }: «{ $text }» – не роль этого шаблона
    .hint = роли: { $roles }
problem-phrase-shared = { $what }: фраза «{ $phrase }» уже есть в записи { $path }; оставьте её там, где ответ лучше
problem-roles-missing = не сказано, какие слова на картинке что значат: впишите роли (roles) или ряды (rows)
problem-text-before-heading = текст до заголовка языка; поставьте его под `## ru` или `## en`
problem-heading-unknown = заголовок «{ $heading }» – не язык; объяснения начинаются с `## ru` и `## en`, внутри них – ###
problem-heading-twice = `{ $heading }` встречается дважды
    .hint = оставьте одно объяснение на каждом языке
problem-text-missing = нет объяснения { $lang }
    .hint = добавьте `{ $heading }` и текст
problem-text-empty = нет объяснения { $lang }
    .hint = напишите его под этим заголовком
problem-text-long = объяснение { $lang } слишком длинное, символов: { $count }; помещается { $most }
problem-html = в объяснении HTML ({ $html }); пишите в Markdown, а код – в `кавычках`
problem-conflict-marker = осталась строка слияния: «{ $marker }»
problem-not-writable = «{ $text }» нельзя записать в таком виде: уберите пустые строки по краям и переносы строк
problem-layout = файл записан не так, как принято
    .hint = поправит memebot kb fmt
problem-id-wrong = «{ $id }» – не идентификатор: маленькие латинские буквы, цифры и дефисы, до 48 знаков
problem-id-double = идентификатор «{ $id }» уже занят: { $path }
    .hint = переименуйте или уберите один из файлов
problem-link-missing = { $what }: записи «{ $link }» нет
    .hint = напишите её ({ $kind }) или уберите ссылку
problem-link-other-list = { $what }: «{ $link }» – это { $kind }
    .hint = перенесите ссылку в другой список
problem-link-to-joke = { $what }: «{ $link }» – это { $kind }
    .hint = уберите ссылку
problem-link-to-itself = { $what }: запись ссылается на саму себя
    .hint = уберите ссылку
problem-exemplar-missing = картинки «{ $name }» нет
    .hint = положите её в папку exemplars или уберите имя
problem-title-double = название «{ $title }» уже у записи { $path }; назовите иначе или объедините записи
problem-phrase-double = фраза «{ $phrase }» уже есть в записи { $path }; оставьте её в одной
problem-words-few = слов в объяснении { $lang }: { $count }; лучше всего читается от { $least } до { $most }
problem-words-many = слов в объяснении { $lang }: { $count }; лучше всего читается от { $least } до { $most }
problem-languages-unequal = объяснение { $lang } короче, чем { $longer }: { $percent } % длины; расскажите на обоих языках одно и то же
problem-phrase-common = фраза «{ $phrase }» встретится во многих текстах; возьмите кусок подлиннее
problem-link-wanted = для «{ $mention }» есть отдельная запись; добавьте в понятия { $link }
problem-fires-everyday = «{ $phrase }» встречается и в будничном тексте: { $text }
problem-name-double = имя «{ $name }» есть и у записи { $path }; дайте им разные имена
problem-entries-alike = почти теми же словами находится запись { $path }; добавьте слова, которые есть только у одной, или объедините
problem-exemplar-unused = эту картинку не называет ни одна запись
    .hint = назовите её в записи или уберите
problem-fingerprint-broken = это не отпечаток картинки
    .hint = сделайте его заново
problem-exemplar-size = больше { $most } МБ
    .hint = сделайте поменьше
problem-exemplar-other = в базе под этим именем другая картинка
    .hint = назовите файл иначе
problem-exemplar-file-other = в файле не та картинка, что в базе
    .hint = переименуйте одну из них
problem-file-unreadable = не читается: { $error }
    .hint = проверьте права
problem-file-unplaced = файл не в папке своего вида
    .hint = перенесите его в одну из папок: { $folders }
problem-file-conflict = файл и база противоречат друг другу
    .hint = memebot kb resolve { $id }
problem-file-removed = файл убрали после последней сверки
    .hint = сначала memebot kb sync
problem-file-unseen = в файле текст, которого база не видела
    .hint = сначала memebot kb sync
problem-file-unused = этот файл или папку никто не читает: имя или место не то, какого ждут
problem-hidden-unknown = записи «{ $id }» нет среди поставляемых
    .hint = уберите строку
problem-texts-unreadable = не читается: { $error }
    .hint = сохраните файл в UTF-8
problem-texts-columns = в строке нет текста, языка или записи: «{ $row }»
    .hint = столбцы: { $columns }
problem-texts-comma = запятая обрывает текст: «{ $row }»
    .hint = возьмите текст в кавычки
problem-texts-csv = это не строка CSV: { $error }
    .hint = закройте кавычки
problem-folder-missing = нет такой папки
    .hint = назовите папку, в которой есть entries/
problem-folder-no-entries = в этой папке нет записей
    .hint = в ней должна быть entries/ с папками { $folders }
problem-folder-emptied = в папке больше нет записей
    .hint = возьмите нужную папку или удалите записи по одной
problem-folder-unwritable = не записывается: { $error }
    .hint = проверьте права и свободное место
problem-folder-is-file = это файл
    .hint = назовите папку
problem-folder-has-base = в этой папке уже есть база
    .hint = положите в неё { $layer }, чтобы она легла поверх поставляемой, или назовите другую папку
problem-layer-unreadable = не читается: { $error }
    .hint = напишите beneath = "{ $beneath }"
problem-layer-nothing-beneath = не сказано, что лежит ниже
    .hint = напишите beneath = "{ $beneath }"
problem-layer-wrong-beneath = «{ $beneath }» не может лежать ниже
    .hint = назовите базу, которая стоит сама
problem-merge-too-few = нужны две разные записи
problem-merge-other-kinds = они разного вида
    .hint = соединить можно записи одного вида
problem-merge-too-long = в одном из полей было бы больше { $most } строк
    .hint = сначала сократите одну из них

## --why: the evidence for an answer, drawn

drawn-words = Что прочитано
drawn-words-note = Каждая строка и уверенность в ней.
drawn-roles-note = Каждая строка и уверенность в ней. В рамках – слова, которые играют роль в шаблоне.
drawn-no-words = Слов на этой картинке не прочитано.
drawn-more = … и ещё { $count }
drawn-match = Что нашлось снова
drawn-match-note = Мест образца (справа), которые лежат на картинке (слева) так, как должны: { $inliers }. Рамка показывает, где лежал бы образец.
drawn-mirrored = Картинка отражена.
drawn-no-match = Ни один образец на этой картинке не нашёлся.
drawn-sketch = от образца хранятся только приметы
drawn-heat = Куда смотрела сеть
drawn-heat-note = Чем теплее место, тем меньше картинка похожа на образец, если это место закрыть.
drawn-little = мало
drawn-much = много

# --- черновики модели: почему черновика нет

drafting-off = черновики выключены: сервер не задан
    .hint = задайте MEMEBOT_DRAFTS_URL и MEMEBOT_DRAFTS_MODEL
drafting-no-model = не задана MEMEBOT_DRAFTS_MODEL
    .hint = назовите модель этого сервера, которая принимает картинки
drafting-no-extra = для черновиков нужен пакет `openai`
    .hint = `pip install 'memebot[drafts]'`
drafting-no-serving = чтобы запустить модель у себя, нужны ещё пакеты
    .hint = `pip install 'memebot[drafts-local]'`
drafting-no-such-model = модели { $model } нет: ни в списке, ни папки, ни `ОРГАНИЗАЦИЯ/МОДЕЛЬ`
    .hint = `memebot drafts models` назовёт несколько
drafting-budget-zero = бюджет черновиков – 0: ничего не спрашивается
    .hint = поднимите MEMEBOT_DRAFTS_DAILY_BUDGET или уберите MEMEBOT_DRAFTS_URL
drafting-budget-spent = бюджет черновиков исчерпан до полуночи по UTC
    .hint = поднимите MEMEBOT_DRAFTS_DAILY_BUDGET или подождите
drafting-unreachable = сервер черновиков недоступен
    .hint = запустите его и сверьте MEMEBOT_DRAFTS_URL с его адресом
drafting-slow = сервер черновиков отвечает слишком долго
    .hint = увеличьте MEMEBOT_DRAFTS_TIMEOUT или возьмите модель поменьше
drafting-cut = соединение с сервером черновиков оборвалось
    .hint = загляните в журнал сервера и попробуйте снова
drafting-key = сервер черновиков не принимает ключ
    .hint = сверьте MEMEBOT_DRAFTS_KEY с тем, что выдал провайдер
drafting-model-missing = на сервере черновиков нет модели { $model }
    .hint = задайте в MEMEBOT_DRAFTS_MODEL ту, что там есть, или скачайте туда эту
drafting-no-chat = по адресу MEMEBOT_DRAFTS_URL отвечает сервер, который не говорит на языке OpenAI
    .hint = адрес обычно кончается на /v1
drafting-quota = деньги на черновики у провайдера кончились
    .hint = пополните счёт
drafting-rate = сервер черновиков просит спрашивать реже
    .hint = подождите минуту или снизьте MEMEBOT_DRAFTS_DAILY_BUDGET
drafting-server = сбой на сервере черновиков
    .hint = загляните в журнал сервера и попробуйте снова
drafting-request = сервер черновиков отклоняет запрос
    .hint = обновите сервер или возьмите другую модель
drafting-no-format = сервер черновиков не принимает ни один вид ответа
    .hint = обновите сервер или возьмите другой
drafting-no-limit = сервер черновиков не принимает ограничения на длину ответа
    .hint = обновите сервер или возьмите другой
drafting-no-pictures = модель черновиков не принимает картинок
    .hint = задайте в MEMEBOT_DRAFTS_MODEL ту, что принимает: `memebot drafts models` назовёт несколько
drafting-picture-refused = модель отказывается от этой картинки
    .hint = напишите запись без неё или возьмите другую модель
drafting-context = картинка и то, что к ней приложено, не помещаются в модель
    .hint = дайте модели контекст побольше, хотя бы 8192 токена
drafting-answer-large = ответ слишком велик и не прочитан до конца
    .hint = возьмите другую модель
drafting-cut-short = модель остановилась посреди ответа
    .hint = возьмите модель, которая меньше рассуждает, или попробуйте снова
drafting-empty = модель ничего не ответила
    .hint = попробуйте снова или возьмите другую модель
drafting-faulty = модель ответила дважды, и оба ответа нарушают правила черновиков
    .hint = какие именно, скажет `memebot drafts show`; модель крупнее справится
drafting-cannot-tell = модель говорит, что не знает
    .hint = напишите запись без неё
drafting-file-gone = Telegram больше не отдаёт эту картинку
    .hint = напишите запись без неё
drafting-exposed = картинки и ключ идут через интернет незашифрованными
    .hint = поставьте https в MEMEBOT_DRAFTS_URL
drafting-other-model = сервер отвечает от имени { $answered }, а не { $model }
    .hint = задайте в MEMEBOT_DRAFTS_MODEL ту модель, которую имеете в виду
drafting-blind = модель не видит того, что нарисовано на картинке
    .hint = возьмите модель со зрением: `memebot drafts models` назовёт несколько
drafting-schema = модель не держит форму ответа
    .hint = возьмите модель покрупнее
drafting-langs = модель плохо пишет на одном из двух языков
    .hint = возьмите модель покрупнее или многоязычную

# --- черновики модели, для редакторов

md-title = 🤖 <b>Черновик машины</b> ({ $model }, уверена на { $sure } %). Его ещё никто не проверял.
md-rests-on = Опирается на: { $titles }
md-take = ✅ Взять
md-mend = ✏️ Поправить
md-write = ✍️ Напишу сам
md-drop = 🗑 Выбросить
md-why = <b>Что с ним не так?</b>
md-drop-false = В нём есть неправда
md-drop-misses = Шутка не понята
md-drop-badly-put = Плохо написано
md-drop-other = Другое
md-drop-not-ml = 🚫 Мем не про машинное обучение
md-dropped = Черновик выброшен.
md-dropped-not-ml = Черновик выброшен, объяснять здесь больше нечего.
md-list = { $count ->
        [one] 🤖 Редактора ждёт { $count } черновик машины:
        [few] 🤖 Редактора ждут { $count } черновика машины:
       *[many] 🤖 Редактора ждут { $count } черновиков машины:
    }
md-gone = Этот черновик уже никого не ждёт.
md-decided = По этому черновику уже решено: { $who } успел раньше.

# --- the pages of the web

web-description = Почему смешны мемы о машинном обучении: пришлите картинку, спросите словами или откройте словарь.
web-skip = К содержанию
web-nav = Разделы
web-nav-explain = Объяснить мем
web-nav-glossary = Словарь
web-nav-play = Опыты
web-footer = memebot объясняет мемы о машинном обучении. Чего нет в его базе, о том он так и говорит.
web-home-title = Почему это смешно?
web-home-lead = Покажите мем о машинном обучении – и узнаете, в чём соль. А если такого мема в базе нет, здесь честно так и скажут.
web-drop = Перетащите мем сюда, вставьте из буфера или выберите файл
web-drop-hint = Картинка, GIF, видео или стикер до { $mb } МБ
web-explain = Объяснить
web-promise = Картинка нигде не сохраняется: её прочитают, ответят и забудут.
web-looking = Смотрю на картинку …
web-away = Сервер не отвечает. Проверьте связь и попробуйте ещё раз.
web-too-large = Файл слишком большой: можно до { $mb } МБ.
web-examples = Или возьмите один из этих
web-example = Мем-пример { $number }
web-ask-label = Спросить словами
web-ask-hint = почему кривая лосса пошла вверх?
web-ask = Спросить
web-home-glossary = { $count ->
    [one] { $count } статья: понятие, шутка или шаблон
    [few] { $count } статьи: понятия, шутки и шаблоны
   *[many] { $count } статей: понятия, шутки и шаблоны
} простыми словами.
web-home-play = Маленькие сети, которые считают у вас на глазах – и ошибаются там, где это видно.
web-answer = Ответ
web-another = Ещё один мем
web-seen-label = Ваша картинка: рамками отмечены прочитанные слова
web-made-of = Подробнее об этом
web-guesses = Возможно, и это
web-guesses-only = Ближайшее, что есть в базе
web-why = Почему такой ответ
web-roles = Кто здесь что говорит
web-read = Прочитано на картинке
web-channel-copy = та же самая картинка
web-channel-geometry = тот же шаблон: совпали детали
web-channel-image = похоже на вид
web-channel-described = подходит под описание
web-channel-said = слова на картинке
web-channel-meaning = смысл слов
web-exemplar = С чем сличено
web-exemplar-alt = Образец: { $title }
web-exemplar-fingerprint = Самой картинки-образца здесь нет: чужие картинки база не хранит, только их отпечатки.
web-problem = Не вышло
web-no-page = Такой страницы здесь нет. Может быть, её найдёт поиск по словарю.
web-bad-request = Такого запроса здесь не понимают.
web-too-fast = Слишком часто. Подождите немного и попробуйте снова.
web-busy = Сейчас здесь слишком много желающих. Попробуйте через минуту.
web-one-at-a-time = Предыдущая ваша картинка ещё в работе. Дождитесь ответа и присылайте следующую.
web-too-slow = Файл передавался слишком долго. Попробуйте ещё раз или пришлите картинку поменьше.
web-no-picture = В запросе нет картинки. Выберите файл.
web-sorry = Здесь что-то сломалось, и это не ваша вина. Попробуйте ещё раз чуть позже.
web-whole-page = Вся статья
web-search = Найти
web-search-label = Поиск по словарю
web-search-hint = слово, название или то, что имелось в виду
web-search-results = Найденное
web-found = { $count ->
    [one] Найдена { $count } статья
    [few] Найдено { $count } статьи
   *[many] Найдено { $count } статей
}
web-found-nothing = Ничего не нашлось.
web-glossary-lead = { $count ->
    [one] { $count } статья
    [few] { $count } статьи
   *[many] { $count } статей
} о том, над чем шутят в машинном обучении: что это такое и почему смешно.
web-kind-concept = Понятия
web-kind-joke = Шутки
web-kind-format = Шаблоны
web-roles-label = Как на этом шаблоне стоят слова
web-no-picture-kept = Так стоят слова. Самой картинки нет: она не наша, база хранит только её отпечаток.
web-try = Попробовать:
web-captions = Такое пишут на мемах
web-rests-on = На чём держится
web-linked-joke = Шутки об этом
web-linked-format = Шаблоны с этим
web-linked-concept = Понятия рядом
web-more = … и ещё { $count }
web-sources = Откуда известно
web-play-lead = Маленькие модели, туповатые и честные: покрутите ручки и посмотрите, как они учатся, ошибаются и ломаются.
web-play-needs-script = Опыты считаются по вашей команде, для этого нужен JavaScript.
web-computing = Считаю …
web-frame = Кадр
web-play-pause = Смотреть или остановить
web-step-back = Кадр назад
web-step-forward = Кадр вперёд
web-clear = Стереть
web-drawing-hint = Рисуйте пальцем или мышью; с клавиатуры – стрелки с Shift.
web-pick = Выбрать картинку
web-pick-many = Выбрать картинки
web-camera = Камера
web-no-camera = Камера не открылась. Выберите файл.
web-take = Снять
web-close = Закрыть
web-run = Показать
web-run-again = Другие случайные числа
web-about-concepts = О чём этот опыт
web-took-too-long = Опыт считался слишком долго и остановлен. Попробуйте значения поменьше.

# --- the team's console

console-name = Пульт
console-nav-queue = Очередь
console-nav-calendar = Календарь
console-nav-entries = Статьи
console-nav-figures = Цифры
console-nav-settings = Настройки
console-nav-sessions = Где я вошёл
console-out = Пульт – для команды сообщества. Отправьте боту /console в личном чате: он ответит, как войти.
console-door = Эта ссылка открывает пульт один раз – тому, кому её прислал бот.
console-enter = Открыть пульт
console-entering = Открываю пульт …
console-app-outside = Эта страница открывается внутри Telegram: отправьте боту /console и нажмите кнопку.
console-app-script = Внутри Telegram пульту нужен JavaScript. Браузер обойдётся без него: отправьте боту /console и откройте ссылку.
console-no-entry-link = Эту ссылку уже использовали, или ей больше минуты. Отправьте боту /console – придёт новая.
console-no-entry-app-forged = Telegram этого не подписывал. Закройте окно и откройте пульт из сообщения бота ещё раз.
console-no-entry-app-old = Это окно открыли слишком давно. Закройте его и откройте пульт из сообщения бота ещё раз.
console-no-entry-app-used = Так пульт уже открывали. Закройте окно и откройте пульт из сообщения бота ещё раз.
console-no-entry-nobody = Пульт – для команды сообщества, а роли в ней у вас нет. Её даёт администратор командой /role.
console-not-done = Не сделано
console-no-page = Такой страницы в пульте нет.
console-go-on = Вернуться в пульт
console-stale-form = Эта страница была открыта слишком долго. Обновите её и повторите: ничего не изменилось.
console-storage = База занята, или на диске нет места. Ничего не изменилось; повторите через минуту.
console-no-picture = Этой картинки в Telegram больше нет.
console-sessions-lead = Браузеры, в которых вы сейчас в пульте. Каждый вход сам заканчивается через двенадцать часов, а если роль заберут – сразу.
console-session-this = этот
console-session-link = по ссылке
console-session-app = внутри Telegram
console-session-end = Закончить
console-session-end-all = Закончить везде
console-session-ended = Вход закончен.
console-open = Открыть пульт
console-here = Очередь, календарь, статьи и цифры на одном экране. Ссылка ниже сработает один раз в течение минуты и впустит любого, кто её откроет: никому её не передавайте.
    { $link }
console-in-private = Вход в пульт я присылаю в личном чате: напишите мне /console там.
console-no-web = Пульту нужен адрес в интернете: тот, кто запускает бота, задаёт MEMEBOT_WEB_URL.
console-entered = Кто-то открыл пульт по вашей ссылке: { $device }. Если это не вы, нажмите кнопку и отправьте /console ещё раз.
console-entered-end = Закончить везде
console-entered-ended = Все ваши входы в пульт закончены.
cmd-console = пульт команды
## Консоль команды: статьи

console-entry-nav-list = Все статьи
console-entry-nav-wall = Не объяснено
console-entry-nav-replace = Замена фразы
console-entry-nav-try = Проверить мем
console-entry-search = Слова в статье
console-entry-any-kind = любой вид
console-entry-lacks = Чего не хватает
console-entry-lacks-any = полные и нет
console-entry-lacks-exemplar = без картинки
console-entry-lacks-source = без источника
console-entry-lacks-ru = чего-то нет по-русски
console-entry-lacks-en = чего-то нет по-английски
console-entry-order = Порядок
console-entry-order-fit = сначала подходящие
console-entry-order-title = по названию
console-entry-order-changed = недавно изменённые
console-entry-order-disliked = чаще не нравятся
console-entry-order-asked = чаще спрашивают
console-entry-flawed = с замечаниями
console-entry-show = Показать
console-entry-new = Новая статья:
console-entry-drafts = Ваши черновики:
console-entry-checking = { $count ->
    [one] Осталось проверить { $count } статью.
    [few] Осталось проверить { $count } статьи.
   *[many] Осталось проверить { $count } статей.
}
console-entry-check-all = Проверить все и подождать
console-entry-found = { $count ->
    [one] { $count } статья
    [few] { $count } статьи
   *[many] { $count } статей
}
console-entry-title = Статья
console-entry-findings = Замечания
console-entry-answers = Ответов
console-entry-changed = Изменена
console-entry-problems = { $count ->
    [one] { $count } замечание
    [few] { $count } замечания
   *[many] { $count } замечаний
}
console-entry-none = Таких статей нет. Уберите один из фильтров или начните новую статью выше.
console-entry-pages = Страницы
console-entry-prev = Назад
console-entry-next = Дальше
console-entry-revision = Версия { $number }
console-entry-acts = Что можно сделать со статьёй
console-entry-history = История
console-entry-undo = Отменить последнее изменение
console-entry-keys = Сохранить – {"Ctrl+S"}, добавить строку в список – {"Enter"}. Картинку можно перетащить или вставить в любом месте страницы.
console-entry-part-text = Название и объяснение
console-entry-part-found = По чему её находят мемы и вопросы
console-entry-part-links = Ссылки и источники
console-entry-add = Добавить …
console-entry-remove = Убрать
console-entry-change-item = Изменить
console-entry-rows-none = панели на своих местах, нарисованы ниже
console-entry-rows-down = панели сверху вниз
console-entry-rows-across = панели слева направо
console-entry-role-draw = Выделите мышью место выбранной роли на картинке или впишите числа.
console-entry-role-no-picture = Места ролей рисуют на первой картинке статьи. Добавьте её ниже; числа можно вписать и сейчас.
console-entry-role-add = Добавить роль
console-entry-role-names = id,слева,сверху,справа,снизу,название по-русски,название по-английски
console-entry-linking = Ссылаются сюда:
console-entry-picture-add = Добавить картинку
console-entry-licence = Лицензия, чтобы хранить саму картинку
console-entry-licence-none = пусто: хранится только отпечаток
console-entry-picture-send = Добавить
console-entry-picture-new = новая
console-entry-picture-added = Картинка добавлена в ваш черновик.
console-entry-picture-known = Эта картинка в статье уже есть: { $name }.
console-entry-picture-removed = Картинка убрана из вашего черновика.
console-entry-comment = Зачем (для истории)
console-entry-save = Сохранить
console-entry-save-anyway = Всё равно сохранить
console-entry-check-change = Что изменится?
console-entry-keep = Оставить черновиком
console-entry-discard = Отказаться от черновика
console-entry-unsaved = Изменено
console-entry-kept = Остаётся вашим черновиком, пока не сохранено.
console-entry-discarded = Черновика больше нет, статья осталась прежней.
console-entry-trying = Проверяю тексты и мемы …
console-entry-invalid = Пока сохранить нельзя: исправьте отмеченные ошибки. Черновик остался.
console-entry-saved = Сохранено, версия { $number }.
console-entry-merged = Кто-то тем временем сохранил другие поля ({ $fields }): в статье оба изменения.
console-entry-saved-group = Объяснено { $count } из { $memes } мемов группы; кто ждал, узнает.
console-entry-merged-draft = Ваш черновик теперь опирается на последнюю версию. Посмотрите его и сохраните.
console-entry-side = Замечания и предпросмотр
console-entry-newer = Пока вы правили, сохранена версия { $number }:
console-entry-newer-gone = Пока вы правили, статью удалили (версия { $number }):
console-entry-others = Её сейчас правят и другие:
console-entry-changed-fields = Изменено:
console-entry-preview-ru = Как видят подписчики, по-русски
console-entry-preview-en = Как видят подписчики, по-английски
console-entry-preview-picture = О картинке
console-entry-tried = { $count ->
    [one] Проверен { $count } текст или картинка.
    [few] Проверены { $count } текста и картинки.
   *[many] Проверено { $count } текстов и картинок.
}
console-entry-breaks-none = Ничего из того, что верно сегодня, не сломается.
console-entry-breaks = { $count ->
    [one] Сломается { $count } верный сегодня ответ.
    [few] Сломаются { $count } верных сегодня ответа.
   *[many] Сломаются { $count } верных сегодня ответов.
}
console-entry-mends = { $count ->
    [one] Исправится { $count }.
   *[other] Исправятся { $count }.
}
console-entry-mended-title = Что сегодня неверно и исправится
console-entry-newly = { $count ->
    [one] Объяснит { $count } мем, который сегодня ничто не объясняет
    [few] Объяснит { $count } мема, которые сегодня ничто не объясняет
   *[many] Объяснит { $count } мемов, которые сегодня ничто не объясняет
}
console-entry-too-many = Они из { $groups } непохожих групп: возможно, статья берёт на себя слишком много.
console-entry-back = Назад
console-entry-theirs = Что изменил другой редактор
console-entry-mine = Что изменили вы
console-entry-both-changed = Изменено обоими: { $field }
console-entry-clash-mine = У вас
console-entry-clash-theirs = У другого редактора
console-entry-merge-hint = Слияние меняет только ваш черновик: вы увидите его до сохранения. Что бы вы ни выбрали, чужая версия остаётся в истории.
console-entry-restore = Вернуть версию { $number }
console-entry-restored = Версия { $number } снова действует.
console-entry-undone = Изменение версии { $number } отменено.
console-entry-undo-late = Статью с тех пор кто-то сохранил, поэтому ничего не отменено. Выберите версию, которую вернуть.
console-entry-renamed = Теперь статья называется так; ссылки и история перешли, а { $id } ведёт сюда.
console-entry-absorbed = { $id } теперь часть этой статьи. «Отменить последнее изменение» разделит их снова.
console-entry-deleted = Статья и ссылки на неё удалены. «Отменить последнее изменение» вернёт их.
console-entry-ask-rename = Переименовать
console-entry-ask-merge = Объединить
console-entry-ask-delete = Удалить
console-entry-how-rename = Короткое имя (id) – адрес статьи. Ссылки, история и проверочные тексты перейдут, а старый id будет вести к новому.
console-entry-how-merge = Другая статья станет частью этой. Тексты этой остаются; названия, фразы, картинки, ссылки и источники объединяются.
console-entry-how-delete = Статья уйдёт со всеми ссылками на неё. История остаётся, статью можно вернуть.
console-entry-to-rename = Новый id
console-entry-to-merge = Короткое имя (id) статьи, которая станет частью
console-entry-do-rename = Переименовать
console-entry-do-merge = Объединить
console-entry-do-delete = Удалить
console-entry-touches = { $count ->
    [one] Вместе с ней изменится ещё { $count } статья:
    [few] Вместе с ней изменятся ещё { $count } статьи:
   *[many] Вместе с ней изменятся ещё { $count } статей:
}
console-entry-touches-none = Другие статьи не изменятся.
console-entry-old = Фраза
console-entry-new-phrase = станет
console-entry-where = в
console-entry-everywhere = все статьи или id
console-entry-case = с учётом регистра
console-entry-within = и внутри слов
console-entry-preview-change = Показать изменения
console-entry-replace-how = Впишите фразу и то, что встанет на её место. Сначала вы увидите каждое изменение; ничего не сохранится, пока вы не нажмёте «Заменить».
console-entry-replace-found-none = Такой фразы нет ни в одной статье.
console-entry-replace-found = { $count ->
    [one] Изменится { $count } статья.
    [few] Изменятся { $count } статьи.
   *[many] Изменятся { $count } статей.
}
console-entry-replace-all = { $count ->
    [one] Заменить в { $count } статье
   *[other] Заменить в { $count } статьях
}
console-entry-replace-first = Ниже показаны первые { $count }; остальные меняются так же.
console-entry-replaced-none = Ничего не заменено.
console-entry-replaced = { $count ->
    [one] Заменено в { $count } статье.
   *[other] Заменено в { $count } статьях.
}
console-entry-replace-undone-none = Ничего не отменено.
console-entry-replace-undone = { $count ->
    [one] Отменено в { $count } статье.
   *[other] Отменено в { $count } статьях.
}
console-entry-replace-left = Не тронуты, потому что их тем временем сохранили или в них появились бы ошибки:
console-entry-undo-all = Отменить всё
console-entry-try-how = Перетащите сюда мем, вставьте его или выберите файл:
console-entry-try-with = Рядом с сегодняшним ответом – ответ с черновиком
console-entry-try-today = без изменений
console-entry-try-same = Ваше изменение этот ответ не меняет.
console-entry-try-read = Что на нём прочитано
console-entry-no-editor = Статьи правят редакторы, а у вас этой роли больше нет. Её даёт админ командой /role.
console-entry-draft-gone = Этот черновик сохранён или от него отказались. Откройте статью снова.
console-entry-elsewhere = Вы изменили эту статью в другом окне или в чате. Обновите страницу, чтобы продолжить оттуда; набранное здесь не сохранено.
console-entry-outdated = Статью тем временем кто-то сохранил. Обновите страницу, чтобы увидеть изменения.
console-entry-machine-gone = Об этом черновике уже решил другой редактор.
console-entry-no-revision = Такой версии нет.
console-entry-no-licence = Картинку хранят с пометкой, чья она и под какой лицензией. Без пометки хранится только отпечаток.
console-entry-exemplar-exists = Картинка с таким именем уже есть. Попробуйте ещё раз.
console-entry-no-picture-file = Этот файл нельзя хранить как картинку. Оставьте лицензию пустой, чтобы сохранить отпечаток.
console-entry-not-found = Статьи «{ $id }» нет.
console-entry-id-taken = Имя «{ $id }» занято.
console-entry-id-bad = «{ $id }» не может быть id: строчные латинские буквы, цифры и одиночные дефисы, не больше 48 символов.
console-entry-long = Это больше, чем помещается в статью ({ $limit } символов). Сократите.
console-wall-size = { $memes ->
    [one] { $memes } мем
    [few] { $memes } мема
   *[many] { $memes } мемов
} в { $groups ->
    [one] { $groups } группе
   *[other] { $groups } группах
}, сначала те, о которых спрашивали чаще
console-wall-people = { $count ->
    [one] спросил { $count } человек
    [few] спросили { $count } человека
   *[many] спросили { $count } человек
}
console-wall-memes = { $count ->
    [one] { $count } мем
    [few] { $count } мема
   *[many] { $count } мемов
}
console-wall-waiting = { $count ->
    [one] { $count } ждёт ответа
   *[other] { $count } ждут ответа
}
console-wall-upcoming = Выйдет в канале, а объяснения нет
console-wall-no-picture = никто не ждёт ответа, и картинка не хранится
console-wall-take = Из черновика модели
console-wall-begun = Начат черновик со словами и картинками группы.
console-wall-hidden = Группа больше не показывается.
console-wall-shown = Группа снова в списке.


# the queue in the console

console-queue-title = № { $number }
console-queue-filters = Фильтры
console-queue-by-flag = По пометке
console-queue-any-flag = Пометки: все
console-queue-flagged = с пометками
console-queue-unflagged = без пометок
console-queue-by-known = По тому, понял ли бот
console-queue-any-known = Понял или нет
console-queue-known = бот понял
console-queue-unknown = бот не понял
console-queue-by-lang = По языку автора
console-queue-any-lang = Любой язык
console-queue-by-age = По давности
console-queue-any-age = Любая давность
console-queue-age-day = до суток
console-queue-age-week = до недели
console-queue-age-older = больше недели
console-queue-by-order = Порядок
console-queue-order-oldest = сначала старые
console-queue-order-newest = сначала новые
console-queue-order-surest = сначала самые понятные боту
console-queue-show = Показать
console-queue-of-author = Автор: { $author }
console-queue-all-authors = Показать всех авторов
console-queue-busiest = Больше всего ждёт от:
console-queue-new = Новых: { $count }. Показать
console-queue-nothing-fits = Среди ожидающих под эти фильтры ничего не подходит.
console-queue-show-all = { $count ->
    [one] Показать { $count } ожидающий
    [few] Показать все { $count }
   *[many] Показать все { $count }
}
console-queue-empty = Очередь пуста: всё решено. Новые предложения появятся здесь сами.
console-queue-planned = { $count ->
    [one] Запланирован { $count } пост.
    [few] Запланировано { $count } поста.
   *[many] Запланировано { $count } постов.
}
console-queue-pick = Отметить № { $number }
console-queue-pick-all = Отметить все
console-queue-picked = Отмечено: { $count }
console-queue-bulk = Отклонить отмеченное
console-queue-reason = Причина для автора…
console-queue-own-words = или своими словами
console-queue-reject-picked = Отклонить отмеченное
console-queue-pages = Страницы
console-queue-page-before = Предыдущая страница
console-queue-page-after = Следующая страница
console-queue-not-understood = бот не понял
console-queue-first = первое предложение
console-queue-record = предложено { $proposed }, вышло { $published }, отклонено { $rejected }
console-queue-banned = забанен
console-queue-neighbours = Другие карточки
console-queue-previous = Предыдущая
console-queue-next = Следующая
console-queue-picture = Картинка { $number }
console-queue-seen = Похожее уже было
console-queue-seen-picture = Картинка, которая уже была
console-queue-approve = Одобрить
console-queue-replan = Перепланировать
console-queue-no-slots = нет свободных слотов
console-queue-when = Когда
console-queue-now = сразу
console-queue-reject = Отклонить
console-queue-send = Отклонить
console-queue-silent = молча: автор не узнает
console-queue-ban = Забанить автора…
console-queue-ban-sure = Автор больше не сможет предлагать, а эта карточка будет отклонена. Пока можно отменить, отменится и то, и другое.
console-queue-ban-yes = Забанить и отклонить
console-queue-undo = Отменить
console-queue-release = Больше не пишу
console-queue-caption = Подпись
console-queue-caption-of = Для
console-queue-caption-all = всех каналов
console-queue-target = Где публиковать
console-queue-no-caption = Без подписи.
console-queue-edit = Изменить подпись
console-queue-formatting = Оформление выделенного
console-queue-format-bold = Жирный
console-queue-format-italic = Курсив
console-queue-format-underline = Подчёркнутый
console-queue-format-strikethrough = Зачёркнутый
console-queue-format-spoiler = Спойлер
console-queue-format-code = Код
console-queue-format-text-link = Ссылка
console-queue-link-to = Куда ведёт ссылка?
console-queue-save = Сохранить подпись
console-queue-unsaved = Подпись не сохранена. Бросить написанное?
console-queue-preview = Как это покажет канал
console-queue-author = Автор
console-queue-the-author = автор
console-queue-credit-named = с именем
console-queue-credit-anonymous = без имени для читателей
console-queue-suggested = предложенный пост канала
console-queue-all-of-author = { $count ->
    [one] ждёт { $count }
    [few] все { $count } в очереди
   *[many] все { $count } в очереди
}
console-queue-last-reasons = Недавно отклоняли:
console-queue-note = Заметка об авторе
console-queue-note-keep = Сохранить заметку
console-queue-ask = Спросить автора
console-queue-ask-send = Отправить вопрос
console-queue-understood = Что понял бот
console-queue-timeline = Что было
console-queue-changed-by = Вас опередили: { $who }.
console-queue-changed = Здесь кое-что изменили: { $who }.
console-queue-decided-by = решено: { $who }
console-queue-writing = ✍️ { $who }
console-queue-nothing-to-undo = Отменять нечего: в этой вкладке вы ещё ничего не решали.
console-queue-last = Больше здесь ничего не ждёт.
console-queue-keys = Клавиши
console-queue-key-next = следующая
console-queue-key-previous = предыдущая
console-queue-key-open = открыть карточку (в списке)
console-queue-key-pick = отметить (в списке)
console-queue-key-approve = одобрить в ближайший слот
console-queue-key-slots = выбрать слот
console-queue-key-reject = отклонить: откроются причины
console-queue-key-digits = причина или слот с этим номером
console-queue-key-undo = отменить последнее решение
console-queue-key-edit = изменить подпись
console-queue-key-close = закрыть открытое
console-queue-key-help = Клавиши
console-queue-done-rejected = { $count ->
    [0] Ничего не отклонено
    [one] Отклонена { $count } карточка
    [few] Отклонены { $count } карточки
   *[many] Отклонено { $count } карточек
}
console-queue-done-undone = { $count ->
    [0] Ничего не возвращено
    [one] Снова ждёт { $count } карточка
    [few] Снова ждут { $count } карточки
   *[many] Снова ждут { $count } карточек
}
console-queue-one-rejected = отклонено
console-queue-one-undone = снова ждёт
console-queue-undo-these = { $count ->
    [one] Отменить эту { $count }
    [few] Отменить эти { $count }
   *[many] Отменить эти { $count }
}
console-queue-back = Назад к очереди
console-queue-no-reason = Выберите причину или напишите свою: её прочитает автор.
console-queue-no-words = Сначала напишите что-нибудь.
console-queue-none-picked = Ничего не отмечено. Отметьте то, к чему относится причина.
console-queue-too-long = Слишком длинно: { $length } из { $limit } символов.

console-figures-period = Период
console-figures-period-week = Неделя
console-figures-period-month = Месяц
console-figures-period-all = Всё время
console-figures-now = Сейчас
console-figures-of-queue = Очередь
console-figures-of-base = База
console-figures-pending = Ждут
console-figures-oldest = Дольше всех ждут
console-figures-planned = Запланировано
console-figures-held = Отложено
console-figures-unresolved = Судьба неизвестна
console-figures-submitted = Пришло
console-figures-published = Вышло
console-figures-not-taken = Отклонено
console-figures-accepted = Одобрено из решённого
console-figures-median = До решения, обычно
console-figures-most = Девять из десяти – за
console-figures-asked = Спросили о мемах
console-figures-explained = Объяснено
console-figures-table = Таблицей
console-figures-csv = CSV
console-figures-csv-excel = CSV для Excel
console-figures-none = За это время показать нечего.
console-figures-utc = Дни и недели – по UTC, время – по поясу сообщества. Ответы хранятся три месяца, поэтому цифры базы глубже не уходят.
console-figures-time = Время
console-figures-day = День
console-figures-week = Неделя с
console-figures-days = Сколько пришло и сколько решили
console-figures-came = пришло
console-figures-decided = решили
console-figures-waits = Сколько ждали авторы
console-figures-of-channel = Канал
console-figures-of-posts = Постов
console-figures-of-planned = В плане
console-figures-of-held = Отложено
console-figures-of-reactions = Реакций
console-figures-wait = До решения
console-figures-verdicts = решений
console-figures-wait-1 = меньше часа
console-figures-wait-2 = от 1 до 6 часов
console-figures-wait-3 = от 6 до 24 часов
console-figures-wait-4 = от 1 до 3 дней
console-figures-wait-5 = больше 3 дней
console-figures-who = Кто
console-figures-share = одобрено, %
console-figures-pictures = Как отвечали на мемы
console-figures-coverage = Сколько объяснили, по неделям
console-figures-share-explained = объяснено, %
console-figures-memes = мемов
console-figures-disappointing = Статьи, которые разочаровывают
console-figures-entry = Статья
console-figures-good = понравилось
console-figures-bad = не понравилось
console-figures-answers = ответов
console-figures-evidence = Голоса по признакам
console-figures-channel = Признак
console-figures-by-copy = та же картинка
console-figures-by-geometry = шаблон
console-figures-by-image = похожая картинка
console-figures-by-described = описание
console-figures-by-said = слова
console-figures-confused = Не понравилось – и что было бы следующим
console-figures-pair = Ответ → следующий
console-figures-times = раз
console-figures-words = Слова, которых не знает ни одна статья
console-figures-word = Слово
console-figures-people = людей
console-figures-drafts = Черновики модели
console-figures-requests = запросов
console-figures-tokens = токенов
console-figures-failed = не вышло
