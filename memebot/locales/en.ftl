# What the bot says. Markup is Telegram's HTML; what is put in has been escaped.

start =
    Send a machine-learning meme – a picture, sticker, GIF or video – and I will tell you what the joke is.

    Or just ask: “what is overfitting?” What I do not know, I say so.
help =
    <b>What I can do</b>
    • a meme in any form: picture, file, sticker, GIF, video, album – up to { $mb } MB;
    • a question in words: “why did the loss become NaN?”;
    • in a group, reply to a meme with /explain;
    • in any chat, type <code>@{ $bot } overfitting</code>.

    /submit – propose a meme for the channel, /my – where yours stand
    /lang – language of answers
    /privacy – what I keep and for how long
    /mydata – send everything that I keep about you
    /forget – delete it
lang-choose = Which language shall I answer in?
lang-set = I answer in English from now on.
privacy =
    <b>What is kept, and for how long</b>
    • Not the picture itself: its fingerprint stays (numbers that recognise it and cannot restore it) and the words read on it.
    • Questions, answers and votes, with your Telegram number. No name.
    • If you ask to be told when a meme is explained, also Telegram's reference to the picture, so that an editor can see it.
    • What you propose for the channel: Telegram's reference to it, your caption, your number, and your name if you sign. A published post stays in the channel as it is; /forget deletes the rest. Of an album, the references to its parts are kept for two days in case you propose it.
    • All of it is deleted after { $days ->
        [one] { $days } day
       *[other] { $days } days
    }.

    /mydata sends everything about you, /forget deletes it at once.
mydata-caption = Everything that I keep about you. /forget deletes it.
forget-ask = Delete everything that I keep about you: questions, answers, votes, language and what you wait for? What you proposed is withdrawn; posts stay in the channel. It cannot be undone.
forget-yes = Delete
forget-no = Leave it
forgotten = Done: nothing about you is left.
forget-kept = Fine, I leave everything as it is.
explain-how = Send the meme itself, or reply to it with /explain.
group-hello = Hello! Reply to a meme with /explain and I will tell what the joke is.

unsupported-voice = I cannot listen yet. Send the meme as a picture, or ask in words.
unsupported-link = I do not follow links. Send the picture or video itself.
unsupported = I cannot explain that. It takes a picture, sticker, GIF, video or a question in words.
too-large = The file is too large: Telegram gives bots up to { $mb } MB. Send a smaller picture or a screenshot.
file-gone = Telegram does not give out this file any more. Please send it again.
media-unreadable = The file could not be opened. Please send it again.
media-empty = The file is empty. Please send it again.
media-not-a-picture = This is neither a picture nor a video. Send the meme as a picture.
media-unsupported = I do not open this format. Send JPEG, PNG, WebP, GIF or MP4.
media-too-large = The picture is too large. Send a smaller one, or a screenshot.
media-damaged = The file is damaged. Please send it again.
question-too-long = The question is too long. { $limit ->
        [one] { $limit } character is
       *[other] { $limit } characters are
    } enough.

queue-place =
    There is a queue: { $ahead ->
        [one] { $ahead } picture is
       *[other] { $ahead } pictures are
    } before yours, about { $seconds ->
        [one] { $seconds } second
       *[other] { $seconds } seconds
    } to wait. The answer will appear here.
queue-full = That is more memes at once than I can manage. Please send this one again in a minute.
too-many = I am still looking at { $limit ->
        [one] { $limit } picture
       *[other] { $limit } pictures
    } of yours. Send the rest when I have answered.
hour-limit = I look at no more than { $limit ->
        [one] { $limit } picture
       *[other] { $limit } pictures
    } of yours an hour. Come back a little later; questions in words are welcome at any time.
sorry = I could not answer, and that is my fault. Please try again.

sure = Confidence: { $certainty }
read-title = Read on the picture:
read-nothing = I found no words on the picture.
guess-title = Guess { $number }. It may be this:
told = The meme that you asked about, I can explain it now:
gone = This answer has been deleted. Please send the meme again.
voted-good = Thank you!
voted-bad = I see. Thank you for telling.
tell-on = I will tell you when somebody explains it.
tell-off = Fine, I will not.

btn-back = ← Back
btn-guess = Another guess
btn-read = What I read
btn-lang-ru = По-русски
btn-lang-en = In English
btn-tell = 🔔 Tell me when it is explained
btn-untell = 🔕 Do not tell me

inline-open = Send the bot a meme
inline-nothing = Not in my base – send the bot a meme

cmd-explain = explain the meme that you reply to
cmd-help = what I can do
cmd-lang = language of answers
cmd-privacy = what is kept and for how long
cmd-mydata = send everything kept about me
cmd-forget = delete everything kept about me
bot-description =
    I explain machine-learning memes: what is in the picture, what one must know and why it is funny.
    Send a meme, or ask in words.
bot-short = I explain machine-learning memes

chat-hello = Type a question or a path to a picture; a number presses a button, an empty line leaves.
chat-no-button = There is no button of that number.

# --- authors: proposing a meme

btn-propose = 📮 Propose for the channel
propose-nowhere = This bot explains memes; it has no channel to publish them in.
propose-how = Send the meme that you want to see in the channel. /cancel to leave it.
propose-again = I no longer have the meme at hand. Send it once more, with the caption /submit.
propose-old = This proposal is out of date. Use the latest one, or begin again with /submit.
propose-looked = I have looked at it.
propose-preview = This is how readers will see it.
propose-named = Signed: { $name }
propose-nameless = Without a name.
propose-honest = <i>Those who decide see who sent it, either way.</i>
propose-uncaptioned = Stickers and round videos carry no caption: the words will be left out.
propose-caption =
    Send the caption, up to { $limit ->
        [one] { $limit } character
       *[other] { $limit } characters
    }; bold, italics and links stay. /cancel to leave it.
propose-caption-long =
    That is { $length ->
        [one] { $length } character
       *[other] { $length } characters
    }, and a caption holds { $limit }. Send a shorter one.
propose-cancelled = Fine, nothing was sent.
propose-different = Fine: different it is. Here is how it will look.
propose-received = Meme no. { $number } is in the queue, place { $place }. /my shows where it stands; until it is decided you can take it back.
propose-limit =
    That was { $limit ->
        [one] { $limit } proposal
       *[other] { $limit } proposals
    } within a day: enough for now. Come back tomorrow.
propose-banned = The admins take no proposals from you at present. Explanations still work.
seen-before = <b>The channel has shown this already, or something very much like it:</b>
seen-exact = the same picture, { $when }
seen-near = nearly the same picture, { $when }
seen-same-template-same-text = the same template with the same words, { $when }
seen-same-template-other-text = the same template with other words, { $when }
seen-choose = If yours is different, send it all the same: the admins will see both.
btn-different = It is different
btn-named = Sign with my name
btn-nameless = Without my name
btn-caption = ✏️ Caption
btn-no-caption = No caption
btn-send = 📮 Send
btn-cancel = Cancel
btn-withdraw = ↩️ Take back no. { $number }
btn-answer = ✏️ Answer
btn-milestones-on = 🔔 Tell me how they are liked
btn-milestones-off = 🔕 Do not tell me how they are liked
cancelled = Fine, we leave it.
nothing-to-cancel = There is nothing to leave.
my-title = <b>Your memes</b>
my-none = You have proposed nothing yet. /submit begins.
my-pending = No. { $number }: waiting, place { $place } in the queue
my-approved = No. { $number }: accepted, comes out { $when }
my-publishing = No. { $number }: accepted, comes out soon
my-published = No. { $number }: { $link }
my-link = in the channel
my-rejected = No. { $number }: not taken. { $reason }
my-no-reason = No reason was given.
my-withdrawn = No. { $number }: taken back
withdrawn = No. { $number } is taken back.
withdraw-late = It has been decided already. /my shows how.
not-yours = There is no such meme of yours.
milestones-on = I will tell you how your posts are liked.
milestones-off = Fine, I will not.
asked-write = Write your answer about meme no. { $number }; the admins will see it. /cancel to leave it.
asked-thanks = Thank you, the admins see it now.
notice-approved = Meme no. { $number } has been accepted for the channel.
notice-planned = Meme no. { $number } has been accepted. It comes out { $when }.
notice-rejected = Meme no. { $number } was not taken. { $reason }
notice-published = Meme no. { $number } is out: { $link }.
notice-asked =
    The admins ask about meme no. { $number }:
    <blockquote>{ $text }</blockquote>
notice-milestone = Meme no. { $number } has { $count ->
        [one] { $count } reaction
       *[other] { $count } reactions
    } by now 🎉

cmd-submit = propose a meme for the channel
cmd-my = my memes: where they stand
cmd-cancel = leave what was begun

# --- moments

when-today = today at { $time }
when-tomorrow = tomorrow at { $time }
when-day = { $weekday } { $date } at { $time }
weekday-mon = Mon
weekday-tue = Tue
weekday-wed = Wed
weekday-thu = Thu
weekday-fri = Fri
weekday-sat = Sat
weekday-sun = Sun
age-now = just now
age-minutes = { $count } min ago
age-hours = { $count } h ago
age-days = { $count } d ago
