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


# --- Moderation: cards, decisions, roles and settings ---

card-head = <b>No. { $number }</b> · { $what } · { $age }
card-photo = picture
card-video = video
card-animation = GIF
card-document = file
card-sticker = sticker
card-album = album of { $count ->
        [one] { $count } file
       *[other] { $count } files
    }
card-author = From { $author }, { $credit }
card-named = with their name
card-anonymous = anonymous to readers
card-suggested = Came as the channel's suggested post.
card-record = Proposed { $proposed }, published { $published }, rejected { $rejected }
card-first = This author's first proposal.
card-reasons = Last rejections: { $reasons }
card-note = Note: { $note }
card-banned = 🚫 The author is banned
card-caption = Caption:
card-explained = 🤖 The bot understood ({ $certainty }):
card-unexplained = 🤖 The bot could not explain this meme.
card-seen = 🔁 Something like it was here:
card-seen-line = • { $this } – { $that }, { $date }: { $how }
card-this = this picture
card-that-post = post
card-that-submission = proposal No. { $number }
like-exact = the same file
like-near = the same picture, { $distance } of 256 bits differ
like-same-template-same-text = the same template and the same text
like-same-template-other-text = the same template, another text
like-mirrored = mirrored
card-flags = ⚑ { $flags }
card-votes = 👍 Approved by { $names } ({ $have } of { $need })
card-asked = 💬 { $who }: { $text }
card-answered = ↳ Author: { $text }
card-unanswered = ↳ The author has not answered yet.
card-media-gone = Telegram does not give this file out any more, so there is no picture.
state-pending = ⏳ Waits for a decision
state-approved = ✅ Approved by { $who }, { $at }. Goes out { $slot }
state-publishing = 📤 Being published. Approved by { $who }, { $at }
state-published = 📢 Published { $published }. Approved by { $who }
state-rejected = ❌ Rejected by { $who }, { $at }
state-withdrawn = ↩️ Taken back by its author
reason-line = Reason: { $reason }
reason-silent = Without a word: the author is not told.

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


mb-now = ✅ Now
mb-next = 🕐 Next slot
mb-pick = 🗓 Pick a slot
mb-reject = ❌ Reject…
mb-quiet = 🔇 Silently
mb-caption = ✏️ Caption
mb-ask = 💬 Ask
mb-ban = 🚫 Ban
mb-why = 🤖 Explanation
mb-undo = ↩️ Undo · { $seconds } s
mb-back = ← Back
mb-later = Later →
mb-earlier = ← Earlier
mb-own-reason = In my own words…
mb-cancel = Never mind
mb-release = Stop writing
mb-no-caption = Remove it
mb-ban-yes = Ban and reject
mb-there = It is there
mb-not-there = It is not
mb-open = Open No. { $number }
pick-slot = 🗓 When shall it go out?
pick-reason = ❌ Why is it rejected? The author reads this sentence in their own language.
pick-ban = 🚫 Ban the author and reject this? They cannot propose any more; /unban { $author } lets them in again.
no-slots = There is no free slot. The schedule is at /slots.

said-approved = Approved: goes out { $slot }
said-counted = Counted: { $have } of { $need }
said-rejected = Rejected
said-undone = Undone: it waits for a decision again
said-banned = The author is banned, the proposal rejected
said-caption = The caption is changed
said-asked = The author has been asked
said-cancelled = Fine, forget it
said-released = You are not writing any more
said-resolved = Noted
lost-approved = Already approved by { $who }, { $at }
lost-rejected = Already rejected by { $who }, { $at }
lost-withdrawn = The author has taken it back
lost-pending = That decision is undone already
lost-published = Already published; approved by { $who }, { $at }
lost-publishing = Already being published; approved by { $who }, { $at }
lost-changed = The card has changed meanwhile: please look again
lost-claimed = { $who } is answering this card, until { $until }
lost-voted = Your vote is counted already
lost-own = Somebody else has to decide on your own proposal
lost-undo = Too late to undo
no-right = That takes other rights: { $role }.
for-moderators = These buttons are for moderators
not-claimant = Only { $who } can stop that – or wait until { $until }
somebody = somebody
the-community = anonymous admin

prompt-reason = { $who }, reply to this message: why is No. { $number } rejected? The author reads it as you write it. /cancel takes it back.
prompt-caption = { $who }, reply to this message with the new caption of No. { $number }; formatting is kept. /cancel takes it back.
prompt-question = { $who }, reply to this message with your question to the author of No. { $number }; I pass it on. /cancel takes it back.
prompt-placeholder = Reply to this message
prompt-text-only = It takes text. /cancel takes it back.
prompt-too-long = Too long: { $length } of { $limit } characters. Please send a shorter one.

queue-title = <b>Queue</b>: { $count ->
        [one] { $count } proposal waits
       *[other] { $count } proposals wait
    } for a decision
queue-line = <b>No. { $number }</b> · { $what } · { $age }{ $marks }
card-how = With the proposal's number: /card 17
audit-how = With the proposal's number: /audit 17
audit-title = <b>Log of No. { $number }</b>
audit-line = { $at } – { $who }: { $what }
no-such = There is no proposal No. { $number }.
note-how = Type /note and the author's id, then the text – or reply to a card: /note text. Without a text the note goes.
note-set = The note about author { $author } is kept; only moderators see it.
note-cleared = The note about author { $author } is gone.
ban-how = Type /ban and the author's id – or reply to a card. A reason may follow the id.
ban-done = Author { $author } is banned and cannot propose any more. /unban { $author } lets them in again.
ban-already = Author { $author } is banned already.
ban-staff = { $author } is one of the team: take the role away first.
unban-how = Type /unban and the author's id – or reply to a card.
unban-done = Author { $author } may propose again.
unban-not = Author { $author } was not banned.
role-how =
    Type /role, an id or @name, a role. Or reply to somebody's message: /role moderator.
    Roles: owner – everything and the settings, admin – gives moderators and editors their roles, moderator – decisions, editor – edits the base; none – takes them away.
role-set = { $who } is now { $role }.
role-none = { $who } has no role any more.
role-unknown = I do not know who { $name } is. Send the id as a number, or reply to a message of theirs.
role-list = <b>Team</b>
role-line = { $who } – { $role }
role-owner = owner
role-admin = admin
role-moderator = moderator
role-editor = editor
role-member = moderator as a member of the chat

removed-from-chat = I was removed from the moderators' chat ({ $chat }). Proposals wait; their cards come when I am back or you name another chat.
here-again = I am in the moderators' chat again and go on.
fate-unknown = ❓ Nobody knows whether No. { $number } went out: the connection broke while it was being published. Please look into the channel.

settings-title = <b>Settings of the community</b>
settings-hint = Press one to change it.
settings-value = Now: { $value }
settings-ask = Send the new value as a reply to this message. /cancel takes it back.
settings-saved = Saved: { $name } – { $value }
settings-bad = That does not work: { $problem }
settings-on = yes
settings-off = no
set-custom = Another value…
unit-seconds = { $count } s
unit-minutes = { $count } min
unit-hours = { $count } h
reasons-title = <b>Canned reasons</b>
reasons-hint = The author reads the reason in their own language. Press one to change or remove it.
reasons-add = ➕ Add
reasons-edit = ✏️ Change
reasons-delete = 🗑 Remove
reasons-full = There is room for { $limit } reasons: remove one first.
reasons-saved = The reason is kept.
reasons-gone = The reason is removed.

cmd-queue = proposals that wait
cmd-card = a proposal's card, by its number
cmd-audit = who decided what
cmd-note = a note about an author
cmd-ban = take no more memes from an author
cmd-unban = take them again
cmd-role = roles of the team
cmd-reasons = canned reasons for rejections
cmd-settings = settings of the community

card-video-note = video note
card-forgotten = The author asked for everything about them to be deleted.
card-error = ⚠️ { $why }
state-claimed = ✍️ { $who } is answering this card, until { $until }
state-held = ✅ Approved by { $who }, { $at }. No slot yet
reason-none = Without a reason.
undo-line = It can be undone until { $until }: the author does not know yet.
lost-close = Too close to another post: { $slot }
lost-slot = That slot is over
lost-reason = There is no such reason any more
the-bot = the bot
the-shell = the command line
mb-new-caption = New caption
mb-first = To the start
pick-caption = ✏️ What about the caption?
queue-empty = The queue is empty. Planned: { $planned }.
queue-planned = Planned: { $count }. /card and a number shows a card.
reasons-ask = Reply to this message with two lines: the first in Russian, the second in English. /cancel takes it back.
reasons-bad = It takes exactly two lines, Russian and English, each up to { $limit } characters.
overdue-spread = spread from now on
overdue-slots = into the next slots
set-approvals = Approvals needed
set-approvals-why = How many moderators must approve a meme before it goes out.
set-undo-seconds = Time to undo
set-undo-seconds-why = For how many seconds a decision can be undone. The author hears of it afterwards.
set-own-approval = Approving one's own
set-own-approval-why = Whether moderators may approve what they proposed themselves.
set-claim-minutes = Time to answer
set-claim-minutes-why = For how many minutes a card is kept for whoever is typing a reason, a caption or a question.
set-daily-limit = Proposals a day
set-daily-limit-why = How many memes one author may propose within 24 hours.
set-min-gap-minutes = Gap between posts
set-min-gap-minutes-why = How many minutes must pass between two posts.
set-zone = Time zone
set-zone-why = Slots are counted and times are shown in it. Another one can be typed, for example Asia/Tbilisi.
set-overdue = Late posts
set-overdue-why = What becomes of slots that were missed while the bot was off: out now with gaps between, or into the next free slots.
set-alert-pending-hours = Remind of old ones
set-alert-pending-hours-why = After how many hours to remind of a proposal that nobody has decided. Zero: never.
set-alert-empty-tomorrow = Remind of an empty tomorrow
set-alert-empty-tomorrow-why = Tell the moderators when nothing is planned for tomorrow.
set-chat-grants = The chat gives rights
set-chat-grants-why = Everybody in the moderators' chat may decide without a role of their own.
flag-tiny = small picture
flag-only-text = only text
flag-nsfw = looks indecent
flag-links = a link
flag-mentions = many mentions
flag-flood = many proposals in a row
state-name-pending = waits
state-name-approved = approved
state-name-publishing = being published
state-name-published = published
state-name-rejected = rejected
state-name-withdrawn = taken back
audit-submit = submitted
audit-read = read by the bot
audit-edit = caption changed
audit-claim = claimed
audit-release = released
audit-vote = a vote for it
audit-approve = verdict
audit-reject = verdict
audit-undo = verdict undone
audit-ask = the author was asked
audit-answer = the author answered
audit-withdraw = taken back
audit-begin = publishing begun
audit-published = the post is out
audit-refused = Telegram refused the post
audit-unknown = unknown whether it is out
audit-there = the post was found
audit-not-there = there is no post
audit-move = moved to another time
audit-swap = slots swapped
audit-spread = late post moved
audit-forget = the author deleted everything about them
