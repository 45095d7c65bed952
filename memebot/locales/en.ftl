# What the bot says. Markup is Telegram's HTML; what is put in has been escaped.

start =
    Send a machine-learning meme – a picture, sticker, GIF or video – and I will tell you what the joke is.

    Or just ask: “what is overfitting?” What I do not know, I say so.
help =
    <b>What I can do</b>
    • a meme in any form: picture, file, sticker, GIF, video, album – up to { $mb } MB;
    • a question in words: “why did the loss become NaN?”;
    • /show – experiments: watch networks learn and fail;
    • in a group, reply to a meme with /explain;
    • in any chat, type <code>@{ $bot } overfitting</code>.
help-propose = /submit – propose a meme for the channel, /my – where yours stand
help-top = /top – the best of the channel in a week, a month, a year
show-menu =
    <b>Experiments</b>
    Each is computed while you wait, in a second or two. Send such a command as a reply to a picture, and it takes that.
show-unknown = I have no experiment “{ $name }”.
help-own =
    /lang – language of answers
    /privacy – what I keep and for how long
    /mydata – send everything that I keep about you
    /forget – delete it
help-group =
    <b>In a group</b>
    • reply to a meme with /explain, and I say why it is funny;
    • /show – experiments: watch networks learn and fail;
    • ask by naming me: <code>@{ $bot } what is overfitting?</code>

    For everything else, write to me in private.
lang-choose = Which language shall I answer in?
lang-set = I answer in English from now on.
privacy =
    <b>What is kept, and for how long</b>
    • Not the picture itself: its fingerprint stays (numbers that recognise it and cannot restore it) and the words read on it.
    • Questions, answers and votes, with your Telegram number. No name.
    • If you ask to be told when a meme is explained, also Telegram's reference to the picture, so that an editor can see it.
    • What you propose for the channel: Telegram's reference to it, your caption, your number, and your name if you sign. A published post stays in the channel as it is; /forget deletes the rest. Of an album, the references to its parts are kept for two days in case you propose it.
    • What I could not explain, and what got a 👎, is shown to editors: without the picture, and without you.
    • Of the team: in which browsers it is in the console, for a week after that ended.
    • All of it is deleted after { $days ->
        [one] { $days } day
       *[other] { $days } days
    }.

    If an editor makes an entry of a meme, its fingerprint and words stay in my base: nothing in it leads to you.

    /mydata sends everything about you, /forget deletes it at once.
privacy-drafts =
    <b>A model that drafts</b>
    Of a meme that I cannot explain, if somebody asks to be told about it or what a machine thinks, or it was approved for the channel, the picture (scaled down), the words read on it and what my base has near it go to { $host } once, where { $model } drafts an explanation for editors. No name, no number, no caption goes along. The draft is kept with the words of the picture and goes with them.
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
media-unsupported-named = I do not open { $format } yet. Send JPEG, PNG, WebP, GIF or MP4.
thumbnail-only = <i>The file is larger than { $mb } MB, so this is about its preview picture.</i>
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

sure-meme = Meme recognised: { $certainty }
sure-template = Template recognised: { $certainty }
sure-topic = Topic recognised: { $certainty }
sure-question = Question understood: { $certainty }
entries-gone = What explained this has been deleted from my base since. Send it again, perhaps something else explains it.
read-title = Read on the picture:
page-link = Read it on the web
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
btn-show = 🎬 Show: { $title }
btn-again = 🎲 Once more
btn-read = What I read
btn-lang-ru = По-русски
btn-lang-en = In English
btn-tell = 🔔 Tell me when it is explained
btn-untell = 🔕 Do not tell me

inline-open = Send the bot a meme
inline-nothing = Not in my base – send the bot a meme

cmd-explain = explain the meme that you reply to
cmd-help = what I can do
cmd-show = experiments: an idea of machine learning in five seconds
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
chat-no-file = There is no such file.
chat-folder = That is a folder. Give the path of one picture.

# --- authors: proposing a meme

btn-thinks = 🤖 What a machine thinks
thinks-soon = A machine is looking at it. What it thinks comes here; nobody will have checked it.
thinks-nothing = A machine cannot tell what the joke is, either.
thinks-marked = 🤖 Written by a machine, nobody has checked it yet.
thinks-checked = ✅ An editor has checked it. This is what my base says now:
thinks-dropped = 🤖 An editor has read what the machine wrote, and threw it away.
btn-propose = 📮 Propose for the channel
propose-nowhere = This bot explains memes; it has no channel to publish them in.
propose-how = Send the meme that you want to see in the channel. /cancel to leave it.
propose-again = I no longer have the meme at hand. Send it once more, with the caption /submit.
propose-old = This proposal is out of date. Use the latest one, or begin again with /submit.
propose-part-late = This picture of the album came after you had sent no. { $number } and is not in it. To propose all of them together, take it back under /my and send the album again.
propose-looked = I have looked at it.
propose-preview = This is how readers will see it.
propose-named = Signed: { $name }
propose-nameless = Without a name.
propose-honest = <i>Those who decide see who sent it, either way.</i>
propose-uncaptioned = Stickers and round videos carry no caption: the words follow beneath the post.
edit-taken = No. { $number } has the new caption; those who decide see it.
edit-late = Too late: the caption of no. { $number } stays as it is.
edit-picture = A picture that is proposed cannot be exchanged: take it back in /my and propose the new one.
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
seen-part = the same picture, cropped or in a frame, { $when }
seen-same-template-same-text = the same template with the same words, { $when }
seen-same-text = the same words, { $when }
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
btn-appeal = ⚖️ Appeal
btn-appeal-number = ⚖️ Appeal no. { $number }
btn-answer = ✏️ Answer
btn-milestones-on = 🔔 Tell me how they are liked
btn-milestones-off = 🔕 Do not tell me how they are liked
cancelled = Fine, we leave it.
nothing-to-cancel = There is nothing to leave.
my-title = <b>Your memes</b>
my-none = You have proposed nothing yet. /submit begins.
my-pending = No. { $number }: waiting, place { $place } in the queue
my-appealed = No. { $number }: your appeal waits for an answer
my-approved = No. { $number }: accepted, comes out { $when }
my-publishing = No. { $number }: accepted, comes out soon
my-published = No. { $number }: { $link }
my-link = in the channel
my-rejected = No. { $number }: not taken. { $reason }
my-rejected-again = No. { $number }: not taken, also after your appeal. { $reason }
my-no-reason = No reason was given.
my-withdrawn = No. { $number }: taken back
withdrawn = No. { $number } is taken back.
withdraw-late = It has been decided already. /my shows how.
not-yours = There is no such meme of yours.
milestones-on = I will tell you how your posts are liked.
milestones-off = Fine, I will not.
asked-write = Write your answer about meme no. { $number }; the admins will see it. /cancel to leave it.
asked-thanks = Thank you, the admins see it now.
appeal-write = Say in a sentence or two (up to { $limit } characters) why meme no. { $number } should be looked at again. You can appeal once. /cancel to leave it.
appeal-taken = Your appeal about meme no. { $number } is with the team: another moderator than before decides. I will tell you what comes of it.
appeal-alone = Your appeal about meme no. { $number } is with the team. It has one moderator only, so the same person looks at it again. I will tell you what comes of it.
no-appeal-not-rejected = There is nothing to appeal: it is not rejected. /my shows how it stands.
no-appeal-again = It was appealed already, and that can be done once. /my shows how it stands.
no-appeal-late = Too late: a rejection can be appealed for two weeks.
no-appeal-suggested = It came as a suggested post, and Telegram has closed it. Send the meme to me with /submit.
notice-approved = Meme no. { $number } has been accepted for the channel.
notice-planned = Meme no. { $number } has been accepted. It comes out { $when }.
notice-moved = Meme no. { $number } will be posted at another time: { $when }.
notice-rejected = Meme no. { $number } was not taken. { $reason }
notice-rejected-again = Another moderator has looked at meme no. { $number }, and it is still not taken. { $reason }
notice-rejected-alone = The team’s only moderator has looked at meme no. { $number } again, and it is still not taken. { $reason }
notice-appeal-heard = Your appeal was heard.
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

card-head = <b>No. { $number }</b> · { $what } · { $at }
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
card-caption-for = Caption for { $channel }: { $text }
card-explained = 🤖 The bot understood ({ $certainty }):
card-unexplained = 🤖 The bot could not explain this meme.
card-seen = 🔁 Something like it was here:
card-seen-line = • { $this } – { $that }, { $date }: { $how }
card-this = this picture
card-that-post = post
card-also-post = its post in the other channel
card-that-submission = proposal No. { $number }
like-exact = the same file
like-near = the same picture, { $distance } of 256 bits differ
like-part = the same picture, cropped, framed or within another
like-same-template-same-text = the same template and the same text
like-same-text = the same text
like-same-template-other-text = the same template, another text
like-mirrored = mirrored
card-flags = ⚑ { $flags }
card-votes = 👍 Approved by { $names } ({ $have } of { $need })
card-votes-enough = 👍 Approved by { $names } ({ $have }, needed: { $need }). That is enough now: choose when to post it.
card-asked = 💬 { $who }: { $text }
card-answered = ↳ Author: { $text }
card-appeal = ⚖️ <b>The author appeals:</b> { $text }
card-appeal-against = ↳ Rejected by { $who }, { $at }. { $reason }
card-appeal-other = ↳ Another moderator decides, not { $who }.
card-appeal-alone = ↳ There is no other moderator: { $who } decides again.
card-unanswered = ↳ The author has not answered yet.
card-unreached = ↳ The question did not arrive: the author has blocked the bot.
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
mb-caption-for = ✏️ For { $channel } alone
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
place-unknown = ⚠️ I do not know where it stands: its author got no link, its reactions are not counted, and reposts of it are not noticed. Forward the post to me, or reply to this message with its link.
place-found = Found: meme no. { $number } is { $post }. Its reactions count from now on, and reposts are noticed.
place-elsewhere = That is no post of the channel.
fate-settled = Was no. { $number } published? Settled:
mb-open = Open No. { $number }
pick-slot = 🗓 When shall it go out?
pick-reason = ❌ Why is it rejected? The author reads this sentence in their own language.
pick-ban = 🚫 Ban the author and reject this? They cannot propose any more; /unban { $author } lets them in again.
no-slots = There is no free slot. What is taken: /slots; an owner sets the times in /settings → “Schedule”.

said-approved = Approved: goes out { $slot }
said-counted = Counted: { $have } of { $need }
said-rejected = Rejected
said-undone = Undone: it waits for a decision again
said-banned = The author is banned, the proposal rejected
said-caption = The caption is changed
said-target = Where it is posted is changed
said-asked = The author has been asked
author-answered = { $who }, the author has answered about meme no. { $number }: { $text }
author-unreached = { $who }, the author of meme no. { $number } cannot be reached: your question did not arrive. { $text }
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
lost-page = This page was opened by { $who }. “← Back” brings the card back
page-of = This page is for { $who }. Send the command yourself to get one of your own.
lost-claimed = { $who } is answering this card, until { $until }
lost-voted = You have approved it already; somebody else has to as well: it takes { $need }
lost-own = Somebody else has to decide on your own proposal
lost-same-decider = You have rejected it: another moderator decides on the appeal
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
role-stays = { $who } is { $role } still: that role comes from the settings at the start or from the moderators' chat and is not taken away here.
role-yours = You are { $role } of this community now. What you may do: /help.
anonymous-how = I cannot see who you are: you write in the name of the group. Stop being anonymous, or let an owner turn on “The chat gives rights” in /settings.
role-none = { $who } has no role any more.
role-unknown = I do not know who { $name } is. Send the id as a number, or reply to a message of theirs.
role-list = <b>Team</b>
role-line = { $who } – { $role }
role-owner = owner
role-admin = admin
role-moderator = moderator
role-editor = editor
role-member = moderator as a member of the chat

removed-from-chat = I cannot write in the moderators' chat ({ $chat }): { $why }. Proposals wait; their cards come when I am let in again or you name another chat in MEMEBOT_MODERATORS_CHAT.
because-not-there = the bot is not there
because-no-rights = the bot lacks the right to write there
because-topic-closed = the topic is closed
because-file-gone = Telegram has lost the file; ask the author to send the meme again
because-too-fast = Telegram asks the bot to wait
because-no-connection = Telegram could not be reached
because-no-answer = Telegram has not answered
because-stopped = the bot was stopped in between
because-unexpected = a mistake of the program's own, see its log
because-said = Telegram says “{ $said }”
topic-gone = The topic of the moderators is gone: I write here from now on. Another one is set as MEMEBOT_MODERATORS_TOPIC, then start me again.
here-again = I am in the moderators' chat again and go on.
fate-unknown = ❓ Nobody knows whether No. { $number } went out: the connection broke while it was being published. Please look into the channel.

settings-title = <b>Settings of the community</b>
settings-hint = Press one to change it.
settings-reasons = Canned reasons…
settings-roles = Who has which role…
settings-value = Now: { $value }
settings-ask = Send the new value as a reply to this message. /cancel takes it back.
settings-ask-week = Reply to this message with days and times, for example: mon-fri 10:00 19:00; sat, sun 12:00. For no slots, send “-”. /cancel takes it back.
settings-none = none
settings-ask-numbers = Reply to this message with numbers, for example: 10 50 100. For none, send “-”. /cancel takes it back.
settings-saved = Saved: { $name } – { $value }
settings-changed = “{ $name }” was changed meanwhile, to { $value }. Look again, then save.
settings-bad = That does not work: { $problem }
bad-setting = no such setting; there are { $known }
bad-number = a whole number from { $low } to { $high }
bad-switch = true or false
bad-choice = one of { $choices }
bad-zone = no time zone “{ $zone }”, write one like Europe/Moscow
bad-week = it takes days and times, for example: mon-fri 10:00 19:00; sat 12:00
bad-day = no day “{ $day }”, days are { $known }
bad-times = a day needs a list of times
bad-time = “{ $time }” is no time of day, write it like 10:00
bad-line = one line of up to { $longest } characters
bad-numbers = up to { $most } whole numbers
bad-reason = a reason has a key and its words in both languages
bad-reason-key = every reason has a key of its own
bad-reasons-full = at most { $limit } reasons are offered: remove one first
bad-reason-words = a reason needs both languages, up to { $longest } characters each
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
set-schedule = Schedule
set-schedule-why = On which days and at which times posts go out, in the community's time zone. Each time is one slot.
set-overdue = Late posts
set-overdue-why = What becomes of slots that were missed while the bot was off: out now with gaps between, or into the next free slots.
set-alert-pending-hours = Remind of old ones
set-alert-pending-hours-why = After how many hours to remind of a proposal that nobody has decided. Zero: never.
set-alert-empty-tomorrow = Remind of an empty tomorrow
set-alert-empty-tomorrow-why = Tell the moderators when nothing is planned for tomorrow.
set-chat-grants = The chat gives rights
set-chat-grants-why = Everybody in the moderators' chat may decide without a role of their own.
set-milestones = Reactions worth a note
set-milestones-why = At how many reactions an author hears that their meme is liked. Authors can turn that off for themselves.
set-lang = The community's language
set-lang-why = In which language posts are signed, and the moderators' chat is written to. Everybody else is answered in their own.
lang-is-auto = as the bot is set up
lang-is-ru = Russian
lang-is-en = English
lang-is-other = the one that the first channel has not
set-target = Where memes go
set-target-why = In which channel a meme is posted unless something else is chosen on its card.
target-first = first channel
target-second = second channel
target-both = both
set-signature = Signature of the first channel
set-signature-why = A line at the end of each of its posts, for example the channel's @name. A hyphen takes it away.
set-second-lang = Second channel: language
set-second-lang-why = In which language its posts are signed and the button under them is written.
set-second-schedule = Second channel: schedule
set-second-schedule-why = On which days and at which times its posts go out, in the community's time zone.
set-second-min-gap-minutes = Second channel: gap between posts
set-second-min-gap-minutes-why = How many minutes must pass between two of its posts.
set-second-signature = Second channel: signature
set-second-signature-why = A line at the end of each of its posts. A hyphen takes it away.
settings-ask-line = Send the line. A hyphen takes it away.
impact-title = <b>{ $name }: { $value }</b>
    Before it is saved – what that means for what is planned:
impact-kept =
    { $count ->
        [one] the planned post keeps its moment, nothing is lost
       *[other] all { $count } planned posts keep their moments, nothing is lost
    }
impact-zone = slots are now counted by { $after }, no longer by { $before }; the times below are of { $after }
impact-off = no longer in a slot of the schedule: { $list }
impact-near = too near another post: { $list }
impact-gone = slots of the next seven days that go: { $list }
impact-new = new slots of the next seven days: { $list }
impact-crowded = slots nearer to the one before than posts may be, so only one of the two can be used: { $list }
impact-more = { $count } more
impact-save = Save
console-settings-tab = Community
console-settings-group-plan = When posts go out
console-settings-group-review = Decisions
console-settings-group-language = Language
console-settings-group-channels = Channels
console-settings-group-authors = Authors
console-settings-group-alerts = Reminders
console-settings-safe = What is planned is not touched: if the change concerns it, you see how before anything is saved.
console-settings-wrong =
    { $count ->
        [one] Nothing was saved: one field needs another look.
       *[other] Nothing was saved: { $count } fields need another look.
    }
console-settings-saved = Saved: { $list }
console-settings-same = Nothing was changed.
console-settings-sure = Not saved yet – what this means for what is planned
console-reasons-tab = Reasons
console-reasons-lead = Offered when a meme is rejected; the author reads it in their language. Up to { $longest } characters each.
console-reasons-none = There are no reasons: moderators write their own each time. Add the first one below.
console-reasons-new = A new reason
console-reasons-ru = In Russian
console-reasons-en = In English
console-reasons-add = Add
console-reasons-drop = Remove
console-reasons-sure = Offer this reason no more? Old rejections keep it.
console-roles-tab = Team
console-roles-lead = Who may do what. Whoever gets a role hears of it from the bot, if they have written to it before.
console-roles-fixed = set at the start
console-roles-take = Take away
console-roles-take-of = Take the role { $role } from { $who }
console-roles-sure = Take this role away?
console-roles-new = Give a role
console-roles-who = Telegram id, or @name of somebody the bot has met
console-roles-which = Role
console-roles-may-owner = everything, and these settings
console-roles-may-admin = also the plan, bans, reasons and roles
console-roles-may-moderator = decides on memes
console-roles-may-editor = writes explanations
console-roles-give = Give
console-roles-given = { $who } is now { $role }.
console-roles-taken = { $who } is no longer { $role }.
console-roles-nobody = The bot does not know who that is. Write the id as a number, or ask them to write to the bot first.
console-roles-own = Take the role { $role } from yourself?
console-roles-own-why = You can then do no more of what it allows, and you cannot give it back to yourself.
flag-tiny = small picture
flag-only-text = only text
flag-nsfw = looks indecent
flag-links = a link
flag-mentions = many mentions
flag-appeal = appeal
flag-flood = many proposals in a row
flag-repost-exact = this file was here before
flag-repost-near = this picture was here before
flag-repost-text = this joke was here before
state-name-pending = waits
state-name-approved = approved
state-name-publishing = being published
state-name-published = published
state-name-rejected = rejected
state-name-withdrawn = taken back
audit-submit = submitted
audit-read = read by the bot
audit-edit = caption changed
audit-target = where to post changed
audit-claim = claimed
audit-release = released
audit-vote = a vote for it
audit-approve = verdict
audit-reject = verdict
audit-undo = verdict undone
audit-ask = the author was asked
audit-answer = the author answered
audit-withdraw = taken back
audit-appeal = the author appeals
audit-begin = publishing begun
audit-published = the post is out
audit-refused = Telegram refused the post
audit-unknown = unknown whether it is out
audit-there = the post was found
audit-not-there = there is no post
audit-move = moved to another time
audit-swap = slots swapped
audit-spread = late post moved
audit-ban = the author was banned
audit-unban = the author may propose again
audit-note = a note about the author
audit-grant = the author was given a role
audit-revoke = a role was taken from the author
audit-forget = the author deleted everything about them

# --- editors

gap-reached = “{ $title }”: { $count ->
        [one] { $count } person who waited has
       *[other] { $count } people who waited have
    } got the answer.

kind-joke = joke
kind-format = format
kind-concept = concept
field-kind = Kind
field-title-ru = Title, ru
field-title-en = Title, en
field-text-ru = Text, ru
field-text-en = Text, en
field-aliases = Other names
field-says = Phrases
field-asks-ru = Asked as, ru
field-asks-en = Asked as, en
field-captions-ru = Captions, ru
field-captions-en = Captions, en
field-keywords-ru = Keywords, ru
field-keywords-en = Keywords, en
field-looks-like = Looks like
field-rows = Rows
field-roles = Roles
field-reads-ru = Reads, ru
field-reads-en = Reads, en
field-formats = Formats
field-concepts = Concepts
field-exemplars = Pictures
field-sources = Sources
hint-title = One line.
hint-text = 60 to 160 words in Markdown: what is in the picture, what one must know, why it is funny.
hint-aliases = What else it is called, in either language.
hint-says = Words that stand in such memes, a phrase a line.
hint-asks = How people ask for it without its name, a question a line.
hint-captions = Short lines that stand on memes about it, one a line.
hint-keywords = Words that go with it.
hint-looks-like = What the picture looks like, in English.
hint-rows = down or across, if the number of its panels varies: they are row-1, row-2 and so on.
hint-roles = id | left top right bottom | name in Russian | name in English. The box is measured on the first picture, from 0 to 1: drake is “rejected | 0.5 0 1 0.5 | …”.
hint-reads = The sentence that tells what stands there, with a role in braces: He waves away “{"{"}rejected{"}"}”.
hint-formats = Ids of formats.
hint-concepts = Ids of concepts.
hint-exemplars = Names of pictures.
hint-sources = Name | https://address

ed-person = editor { $number }
ed-entry-how = What entry? For example: <code>/entry overfitting</code>
ed-new-how = What kind of entry? <code>/new joke</code>, <code>/new format</code> or <code>/new concept</code>, best as a reply to a meme.
ed-try-how = Reply to a picture with /try: I will show how it is answered today and with your change.
ed-exemplar-how = Reply to a picture with /exemplar: it goes into the entry that you edit, or out of it.
ed-history-how = Whose history? For example: <code>/history overfitting</code>
ed-found = Which one?
ed-not-found = There is no such entry.
ed-no-draft = You are not editing anything. /entry opens an entry, /new begins one.
ed-drafts = You are editing:
ed-no-drafts = You are not editing anything.
ed-draft-gone = This draft was saved or given up.
ed-cannot = That cannot be done: { $reason }
ed-about = { $id }, { $kind }, revision { $number } of { $at }
ed-linking = Linked from: { $ids }
ed-panel = ✏️ <b>{ $title }</b> – <code>{ $id }</code>, { $kind }
ed-panel-new = A new entry, not saved yet.
ed-panel-changed = Unsaved change of revision { $number }: { $fields }.
ed-panel-same = Nothing is changed yet (revision { $number }).
ed-panel-newer = ⚡ Meanwhile { $who } has saved revision { $number }.
ed-panel-others = { $count ->
        [one] One other editor has
       *[other] { $count } other editors have
    } a draft of this entry.
ed-more-findings = … and { $count } more
ed-no-findings = ✅ Nothing is wrong with it.
ed-file-wrong = The file cannot be taken as it is:
ed-file-large = This file is too large for an entry.
ed-file-caption = Change it and send it back: it becomes your draft.
ed-field-text = <b>{ $field }</b> – send the new text.
ed-field-list = <b>{ $field }</b> – send the new list, an item a line.
ed-field-more = <b>{ $field }</b> – send the new items, one a line: they are added to these. ✖ takes one out.
ed-phrase-how = <b>{ $field }</b> – send two lines: what stands there, and what shall stand in its place. A dash in the second line takes it out.
ed-phrase-two = Two lines are needed: what stands there, and what shall stand in its place (a dash for nothing). Send them again, or /cancel.
ed-phrase-absent = “{ $phrase }” does not stand there.
ed-roles-picture = The boxes of its roles, with their numbers.
ed-field-long = It is too long to show here: “As a file” has it.
ed-exemplars-title = Pictures of <b>{ $title }</b>:
ed-exemplar-print = • new, no. { $number }: its fingerprint
ed-exemplar-picture = • new, no. { $number }: the picture itself ({ $licence })
ed-exemplars-how = Reply to a picture with /exemplar to add it, or to take it out. Only a fingerprint is kept, unless you say under which licence the picture is.
ed-exemplar-added = Added.
ed-exemplar-known = This picture is there already: <code>{ $name }</code>.
ed-licence-how = Whose picture is it, and under which licence may it be kept? For example: <i>drawn by us, CC0</i>. Send it as a message.
ed-keep-wrong = This file cannot be kept as a picture; its fingerprint can.
ed-safe = Tried { $checked ->
        [one] { $checked } text or picture
       *[other] { $checked } texts and pictures
    } that this can affect: no answer breaks.
ed-mends = { $count ->
        [one] One answer gets
       *[other] { $count } answers get
    } right.
ed-again = Send another one, or /cancel.
ed-merge-same = That is this very entry.
ed-merge-other-kind = “{ $title }” is a { $other }, and this is a { $kind }: only entries of one kind can become one.
ed-newly = It would explain { $count ->
        [one] { $count } meme
       *[other] { $count } memes
    } that nothing explains today:
ed-newly-unlike = ⚠️ It would explain { $count ->
        [one] { $count } meme
       *[other] { $count } memes
    } of { $groups } kinds that are unlike each other. See whether its words say too little:
ed-newly-wordless = (a picture without words)
ed-breaks = ⚠️ This would break { $count ->
        [one] { $count } answer
       *[other] { $count } answers
    } (of { $checked } tried).
ed-broken-title = What is right today and would be wrong:
ed-nothing = not in the base
ed-newer = ⚡ While you were editing, { $who } saved revision { $number } ({ $at }). What they changed:
ed-newer-gone = ⚡ While you were editing, { $who } deleted the entry (revision { $number }, { $at }).
ed-clashes = You both changed { $count ->
        [one] the same place
       *[other] the same { $count } places
    }:
ed-clash = <u>{ $field }</u>
    yours: <b>{ $mine }</b>
    theirs: <b>{ $theirs }</b>
ed-no-difference = Nothing changed.
ed-history-title = Revisions of <b>{ $id }</b>; a number shows what changed:
ed-deleted-mark = (deleted)
ed-revision = <b>Revision { $number }</b> of { $id }, { $at }, { $who }
ed-today = Today
ed-with-change = With your change
ed-comment-how = What did you change, and why? Send it as a message; it is kept with the revision.
ed-id-how = Send the new id: small Latin letters, digits and hyphens. Now it is <code>{ $id }</code>.
ed-id-taken = The id <code>{ $id }</code> is taken.
ed-id-bad = <code>{ $id }</code> cannot be an id: small Latin letters, digits and single hyphens, 48 characters at most.
ed-discard-sure = Give this draft up? What is not saved will be lost.
ed-discarded = The draft is gone.
ed-blocked = It cannot be saved yet:
ed-saved = Saved: “{ $title }”, revision { $number }.
ed-saved-group = It explains { $count } of { $memes } memes of the group. Those who asked to be told hear it now.
ed-undone = Taken back: { $id } is as it was before revision { $number }.
ed-undo-late = Somebody has saved the entry since ({ $who }), so nothing was taken back. The history has both. What changed since:
ed-restore-sure = Make revision { $number } of { $id } the present one? The present one stays in the history.
ed-restored = { $id }: revision { $number } says what revision { $old } said.
ed-delete-sure = Delete “{ $title }”? It can be restored. { $links ->
        [one] { $links } entry links to it.
       *[other] { $links } entries link to it.
    }
ed-deleted = { $id } is deleted.
ed-renamed = <code>{ $old }</code> is <code>{ $new }</code> now; links and history came along.
ed-merge-how = What shall become part of “{ $title }”? Send its name or id.
ed-merge-choose = Which one shall become part of “{ $title }”?
ed-merge-sure = Make “{ $other }” a part of “{ $into }”? The texts of “{ $into }” stay; names, phrases, pictures and links unite.
ed-merged = { $other } is part of { $into } now.
ed-merge-wrong = These cannot become one: { $reason }
ed-call = This meme will be in the channel ({ $at }), and I cannot explain it. Will you write an entry?
ed-calls = { $count ->
        [one] { $count } meme
       *[other] { $count } memes
    } will be in the channel, and I cannot explain them. Will you write entries?
ed-calls-line = no. { $number } – { $at }
ed-call-soon = soon
ed-edit = ✏️ Edit
ed-history = 🕘 History
ed-rename = Rename
ed-merge = Merge
ed-delete = 🗑 Delete
ed-exemplars = Pictures ({ $count })
ed-id = Id
ed-preview-ru = 👁 ru
ed-preview-en = 👁 en
ed-file = 📄 As a file
ed-save = ✅ Save
ed-discard = 🗑 Give up
ed-see-newer = ⚡ See the newer revision
ed-empty = Empty it
ed-anew = ✍️ Send it anew
ed-phrase = 🔁 Replace a phrase
ed-drop = ✖ { $name }
ed-drop-new = ✖ new, no. { $number }
ed-keep = Keep picture no. { $number } itself
ed-see-broken = See them
ed-save-anyway = Save anyway
ed-save-now = ✅ Save
ed-save-comment = 💬 With a comment
ed-merge-both = Merge both
ed-merge-mine = Merge, mine where we clash
ed-merge-theirs = Merge, theirs where we clash
ed-overwrite = Overwrite with mine
ed-undo = ↩️ Take back
ed-show = Show the entry
ed-restore = ↩️ Restore
ed-restore-yes = Restore
ed-undelete = ↩️ Restore
ed-no = No
ed-delete-yes = Delete
ed-delete-unlink = Delete with the links to it
ed-delete-links = Delete, leave the links
ed-merge-yes = Merge
ed-discard-yes = Give up
ed-new-joke = ✍️ joke
ed-new-format = ✍️ format
ed-new-concept = ✍️ concept
ed-hide = Nothing to explain
ed-unhide = Show it again
gap-title = Not explained: { $memes ->
        [one] { $memes } meme
       *[other] { $memes } memes
    } in { $groups ->
        [one] { $groups } group
       *[other] { $groups } groups
    }.
gap-none = Everything that people asked about is explained.
gap-gone = There is nothing unexplained here any more.
gap-hidden = This group is not listed any more.
gap-people = 👥 { $count }
gap-memes = 🖼 { $count }
gap-waiting = 🔔 { $count }
gap-disliked = 👎 { $count }
gap-wordless = (no words)
gap-words = Words that they share: <b>{ $words }</b>
gap-template = It may be the format “{ $title }”.
help-moderators =
    <b>For moderators</b>
    • /queue – what waits for a decision, /card 17 – a card, /audit 17 – who did what;
    • /slots – what is posted when;
    • /stats – figures of the queue, /prize – the best of a year;
    • /note – a note about an author, as a reply to a card;
    • /role – who is in the team;
    • /cancel – forget what was begun.
help-admins =
    <b>For admins</b>
    • /ban and /unban – take no memes from an author, take them again;
    • /role @name moderator – give a role, none takes it away;
    • /reasons – canned reasons of rejections.
help-owners =
    <b>For owners</b>
    • /settings – schedule, approvals, limits and the rest.
help-editors =
    <b>For editors</b>
    • /gaps – memes that I could not explain;
    • /entry overfitting – find, read, edit an entry;
    • /new joke – begin one, as a reply to a meme;
    • /try – how a picture is answered with your change;
    • /exemplar – add a picture to the entry, or take it out;
    • /history overfitting – who changed what, and back again;
    • /drafts – what you have not saved.
cmd-gaps = memes that were not explained
cmd-entry = find, read and edit an entry
cmd-new = begin an entry, as a reply to a meme
cmd-try = how a picture is answered with my change
cmd-exemplar = add a picture to the entry, or take it out
cmd-history = who changed an entry, and back again
cmd-drafts = what I have not saved
report-title = Week { $since } – { $until }
report-pictures = Memes: { $count }, explained { $percent } % (the week before { $before } %).
report-questions = Questions: { $count }, without an answer { $unknown }.
report-disappointing = Entries that disappoint: { $entries }
report-confused = Disliked, and what would have come next: { $pairs }
report-channels = By evidence: { $channels }
report-asked = Words that no entry knows: { $words }
report-asked-about = What people asked
report-explained = explained
report-composed = composed
report-unknown = not in the base


# --- the channel: posts, the plan, figures
post-why = Why is this funny?
post-about = About the meme above
post-credit = Sent in by { $name }
why-post = A meme of the channel
why-none = This post has no explanation. Send the meme here, and I will try.
top-week = week
top-month = month
top-year = year
top-title-week = <b>The best of the week</b>
top-title-month = <b>The best of the month</b>
top-title-year = <b>The best of the year</b>
top-none-week = No reactions this week yet.
top-none-month = No reactions this month yet.
top-none-year = No reactions this year yet.
top-line = { $place }. { $post } – { $count ->
        [one] { $count } reaction
       *[other] { $count } reactions
    }{ $author }
top-post = post of { $date }
prize-title = The best memes of { $year }
prize-none = No reactions to posts of { $year }: there is nothing to award yet.
prize-authors = <b>Authors</b>
prize-author = { $place }. { $name } – { $posts ->
        [one] { $posts } meme
       *[other] { $posts } memes
    }, { $count ->
        [one] { $count } reaction
       *[other] { $count } reactions
    }
stats-title = <b>The queue, { $days ->
        [one] { $days } day
       *[other] { $days } days
    }</b>
stats-now = Waiting: { $pending }, planned: { $planned }, held: { $held }, fate unknown: { $unknown }
stats-oldest = The oldest came { $age }
stats-done = Came: { $submitted }, published: { $published }, rejected: { $rejected }
stats-channel = Channel { $channel }: { $posts } posts, { $planned } planned, { $held } held back, { $reactions } reactions
stats-drafts = 🤖 Drafts by a model: requests { $requests }, tokens { $tokens }
stats-drafts-day = • on a day with any: requests { $requests }, tokens { $tokens }
stats-drafts-today = • today: requests { $requests }, tokens { $tokens }
stats-waits = Until a verdict: { $median } as a rule, nine of ten within { $most }
stats-accepted = Approved: { $share } % of what was decided on
stats-admin = • { $name }: { $count ->
        [one] { $count } verdict
       *[other] { $count } verdicts
    }, { $share } % of all decisions
span-minutes = { $count } min
span-hours = { $count } h
span-days = { $count } d
plot-queue = The queue
plot-waiting = waiting
plot-oldest = the oldest, h
plot-decisions = Who decides
plot-acceptance = How much is accepted
plot-approved = approved
plot-rejected = rejected
plot-rate = share approved
slots-title = <b>The plan</b>, times of { $zone }
slots-of = Channel: <b>{ $channel }</b>
slots-btn-channel = Channel { $channel }
slots-free = free
slots-none = There are no slots: an owner sets them in /settings → “Schedule”.
slots-post = no. { $number }
slots-held-title = <b>Held back</b>, not posted by itself:
slots-where = Where shall { $post } go?
slots-swap = With which post shall { $post } swap?
slots-btn-swap = Swap
slots-btn-hold = Hold back
slots-btn-undo = ↩ Undo
slots-btn-back = « The plan
slots-moved = Moved
slots-back = Moved back
slots-swapped = Swapped
slots-held = Held back: without a slot it is not posted

console-calendar-weeks = Weeks
console-calendar-channels = Channels
console-calendar-sooner = Earlier
console-calendar-later = Later
console-calendar-today = Today
console-calendar-zone = Times of { $zone }
console-calendar-beside = planned earlier: { $before }, later: { $after }
console-calendar-free = free
console-calendar-near = free, but too near the post at { $time }
console-calendar-passed = nothing came out
console-calendar-off = off the schedule
console-calendar-post = in the channel
console-calendar-by-hand = posted by hand
console-calendar-reactions =
    { $count ->
        [one] { $count } reaction
       *[other] { $count } reactions
    }
console-calendar-card = Its card
console-calendar-refused = Telegram did not take it: { $why }
console-calendar-see = Open
console-calendar-publishing = going out now
console-calendar-unknown = in the channel or not? Its card asks
console-calendar-conflict = too near the post at { $time }
console-calendar-expected = missed; goes out { $at }
console-calendar-nothing = no slots
console-calendar-no-slots = The schedule has no slots: an owner sets the times.
console-calendar-turn-1 = the first time
console-calendar-turn-2 = the second time
console-calendar-clocks-forward = Clocks go forward: { $before } becomes { $after }. What stood in between comes an hour later.
console-calendar-clocks-back = Clocks go back: { $before } becomes { $after } again, so that hour comes twice.
console-calendar-late = Missed while the channel could not be reached
console-calendar-late-spread = As soon as it can be, they go out with the community's gap between them:
console-calendar-late-slots = As soon as it can be, they go into the next free slots:
console-calendar-held = Held back
console-calendar-held-none = Nothing is held back. A post that is held back goes out only when somebody plans it again.
console-calendar-choose = plan anew
console-calendar-where = Where shall { $post } go?
console-calendar-how = Press a marked place, or type its number and press Enter; another week may be opened meanwhile.
console-calendar-swap = swap places
console-calendar-to-next = Next free slot
console-calendar-to-hold = Hold back
console-calendar-to-now = Publish now
console-calendar-to-typed = Move there
console-calendar-other-time = Another time
console-calendar-again = the second time, where the hour comes twice
console-calendar-cancel = Leave it as it is
console-calendar-sure-now = Publish it at once? That cannot be undone: the community leaves no time for it.
console-calendar-no-time = That is no time: write a day and a time of day.
console-calendar-undo = Undo
console-calendar-done-move = No. { $number } now goes out { $at }.
console-calendar-done-held = No. { $number } is held back: it goes out only when it is planned again.
console-calendar-done-now = No. { $number } goes out at once, when the time to undo is over.
console-calendar-done-swap = Nos. { $number } and { $other } have swapped places.
console-calendar-done-back = As it was before.
console-calendar-keys = Keys: arrows walk over the posts, Enter picks one; then arrows or a number, and Enter again; Esc leaves it. H holds back, U undoes, N and P turn weeks, T is today. Posts can be dragged, too.
alert-waiting = ⏰ { $count ->
        [one] { $count } proposal has
       *[other] { $count } proposals have
    } been waiting for too long; the oldest came { $age }. /queue
alert-tomorrow = 📭 Nothing is planned for tomorrow; { $count ->
        [one] { $count } slot is
       *[other] { $count } slots are
    } free. /queue
alert-channel = 🚫 The channel cannot be reached, posts wait: { $why }. Make the bot an admin of it again, with the right to post (and check MEMEBOT_CHANNEL): what waits goes out by itself.
alert-refused = 🚫 Telegram did not take no. { $number }: { $why }. It is held back, /slots
alert-unset = 🚫 Posts that wait for a second channel: { $count }. MEMEBOT_SECOND_CHANNEL is not set: with it they go out
channel-first = first channel
channel-second = second channel
audit-located = post found
cmd-slots = the plan of posts
cmd-stats = figures about the queue
cmd-prize = the best memes of a year
cmd-top = the best of the week, month, year

# An explanation: entries word for word, and what stands between them. Each text is one line without variants.

answer-format-1 = The format is { $title }.
answer-format-2 = This is the template { $title }.
answer-format-3 = I know this template: { $title }.
answer-says = It says: { $quote }.
answer-topic-1 = The topic is { $title }.
answer-topic-2 = Here is what it is about: { $title }.
answer-topic-3 = To get the joke, one has to know the topic: { $title }.
answer-word = { $word } points to { $title }.
answer-topic-alone-1 = I do not know this template, but I do know the topic: { $title }.
answer-topic-alone-2 = The meme itself is new to me, but its topic is not: { $title }.
answer-topic-alone-3 = I have not seen this picture before, but it speaks of { $title }.
answer-also = Another topic: { $title }.
answer-format-alone = I could not tell what the caption is about, but I know the template.
answer-more = More: { $titles }
answer-unknown = This meme is not in my base yet.
answer-unknown-question = I have no answer to this question yet.
talk-hello = Hello! Send me a machine-learning meme, or ask in words: “what is overfitting?”
talk-thanks = You are welcome. The next meme is always free of charge – just send it.
talk-who = I am a bot that explains machine-learning memes. Send one that you did not get, and I will say what the joke is.
talk-able = I explain memes about machine learning, from a picture or in words. Try “this is fine”, or send a screenshot.
talk-mood = Fine, my loss is going down. Send a meme, and it will go down further.
talk-laugh = Glad that it works! Got another one? If you do not get it, send it to me.
talk-bye = See you! Bring memes when you come back.
talk-emoji = I read pictures better than faces. Send me a meme, or ask about one in words.
answer-perhaps = Perhaps it is about this, but that is only a guess.
answer-perhaps-about = What the caption is about I can only guess.
answer-guesses = The closest I have, and it is only a guess: { $titles }.
certainty-high = almost certainly
certainty-good = most likely
certainty-low = looks like it, not sure
certainty-none = I do not know

# --- problems of entry files: a code each; what to do about it is the hint. Not HTML.
problem-close = did you mean '{ $close }'?
problem-line = line { $line }: { $text }
problem-lang-ru = 'ru'
problem-lang-en = 'en'
problem-language-ru = in Russian
problem-language-en = in English
problem-kind-joke = joke
problem-kind-format = format
problem-kind-concept = concept
problem-what-title = title
problem-what-title-in = the title in { $lang }
    .short = title ({ $lang })
problem-what-text-in = the explanation in { $lang }
    .short = explanation ({ $lang })
problem-what-keywords = keywords
problem-what-keywords-in = keywords in { $lang }
    .short = keywords ({ $lang })
problem-what-asks = asks
problem-what-asks-in = asks in { $lang }
    .short = asked as ({ $lang })
problem-what-captions = captions
problem-what-captions-in = captions in { $lang }
    .short = captions ({ $lang })
problem-what-rows = rows
problem-what-roles = roles
problem-what-roles-in = the name of a role in { $lang }
    .short = the name of a role ({ $lang })
problem-what-roles-item = a role
problem-what-reads = reads
problem-what-reads-in = reads in { $lang }
    .short = reads ({ $lang })
problem-what-aliases = aliases
    .short = other names
problem-what-says = says
    .short = phrases on the picture
problem-what-looks-like = looks_like
    .short = what it looks like
problem-what-formats = formats
problem-what-concepts = concepts
problem-what-exemplars = exemplars
    .short = pictures
problem-what-sources = sources
problem-what-sources-item = a source
problem-what-sources-title = the title of a source
problem-what-sources-url = the address of a source

problem-file-name = the file name '{ $name }' is not an id
    .hint = rename it to { $better }
problem-file-folder = the folder '{ $folder }' is no kind of entry
    .hint = move the file to { $folders }
problem-file-size = { $count } bytes
    .hint = an entry has at most { $most }: shorten or split it
    .short = the file is too large: { $count } bytes, and { $most } fit
problem-file-empty = the file is empty
    .hint = begin with --- and a title; see another entry for an example
problem-not-utf8 = the byte { $byte } is not UTF-8
    .hint = save the file as UTF-8
problem-byte-order-mark = an invisible byte order mark
    .hint = save the file as UTF-8 without BOM
problem-line-ends = Windows line ends
    .hint = save the file with LF line ends, for example with sed -i 's/\r$//' FILE
problem-tab = a tab
    .hint = replace tabs by spaces
problem-control-character = the character { $character }
    .hint = remove it: it is invisible and breaks the file
problem-front-matter-start = the file does not begin with ---
    .hint = put the fields (title, says, …) between two lines of ---
problem-front-matter-end = the second --- is missing
    .hint = end the fields with a line of ---
problem-yaml = not valid YAML: { $error }
    .hint = put text that has ": ", " #", quotes or brackets in it between double quotes
problem-yaml-keys = expected `key: value`, each key on a line of its own
    .hint = put text that has ": ", " #", quotes or brackets in it between double quotes
problem-yaml-documents = a second document
    .hint = keep one front matter
problem-yaml-depth = brackets nested too deeply
    .hint = put text that has ": ", " #", quotes or brackets in it between double quotes
problem-yaml-unfinished = an unfinished value
    .hint = put text that has ": ", " #", quotes or brackets in it between double quotes
problem-yaml-alias = the alias *{ $name }
    .hint = write the value out; a text that begins like this goes between double quotes
problem-yaml-anchor = the anchor &{ $name }
    .hint = write the value out; a text that begins like this goes between double quotes
problem-yaml-tag = the tag { $name }
    .hint = write the value out; a text that begins like this goes between double quotes
problem-key-unknown = unknown key '{ $key }'
    .hint = the keys are { $keys }
problem-key-twice = '{ $key }' is there twice
    .hint = the first is in line { $first_line }
problem-title-missing = no title
    .hint = write { $example }
    .short = there is no title
problem-not-text = { $what } is no text
    .hint = write one text, in quotes if need be
    .short = { $what }: that is no text
problem-value-empty = { $what } is empty
    .hint = fill it in, or remove it
    .short = { $what }: empty
problem-not-one-line = { $what } has line breaks, control characters or spaces around it
    .hint = write it in one line
    .short = { $what }: write it in one line, without invisible characters
problem-phrase-long = { $what } has { $count } characters
    .hint = shorten it to { $most } at most
    .short = { $what }: too long, { $count } characters; { $most } fit
problem-not-a-list = { $what } wants a list
    .hint = write { $what }: { $example }
    .short = { $what }: a list is needed here
problem-items-many = { $what } has { $count } items
    .hint = keep { $most } at most
    .short = { $what }: too many, { $count }; { $most } fit
problem-item-twice = '{ $text }' is in { $what } twice
    .hint = remove one
    .short = { $what }: “{ $text }” is there twice
problem-not-an-id = '{ $text }' in { $what } is not an id
    .hint = use small Latin letters, digits and single hyphens, 48 characters at most
    .short = { $what }: “{ $text }” is not an entry's id (small Latin letters, digits, hyphens)
problem-exemplar-name = '{ $text }' in { $what } cannot be an exemplar
    .hint = a file name in small Latin letters that ends in .png, .jpg, .webp, .gif, .mp4 or .fp.npz
    .short = { $what }: “{ $text }” is no name of a picture
problem-not-parts = { $what } wants { $first } and { $second }
    .hint = write { $example }
    .short = { $what }: the parts { $first } and { $second } are needed
problem-part-unknown = unknown '{ $text }' in { $what }
    .hint = it has { $first } and { $second }
    .short = { $what }: unknown part “{ $text }”
problem-part-twice = '{ $text }' is in { $what } twice
    .hint = remove one
    .short = { $what }: “{ $text }” is there twice
problem-part-missing = { $what } has no '{ $text }'
    .hint = write { $example }
    .short = { $what }: “{ $text }” is missing
problem-not-an-address = '{ $text }' is no web address
    .hint = begin it with https://
    .short = sources: “{ $text }” is no web address, which begins with https://
problem-format-only = '{ $key }' in an entry that is no format
    .hint = remove it: only formats have roles
    .short = only formats have roles
problem-rows-wrong = '{ $text }' is no way for rows to follow one another
    .hint = write one of { $ways }
    .short = rows: “{ $text }” is neither of { $ways }
problem-rows-and-roles = rows and roles in one entry
    .hint = keep rows where the number of panels varies, and roles with boxes elsewhere
    .short = either rows or roles with boxes, not both
problem-not-roles = { $what } wants a line for each role
    .hint = write { $example }
    .short = roles: a line is needed for each
problem-box-wrong = the box of '{ $text }' does not lie within the picture, or is empty
    .hint = write left, top, right and bottom as fractions from 0 to 1: box: [0.5, 0.0, 1.0, 0.5]
    .short = the box of “{ $text }” is no left top right bottom within 0 and 1, for example 0.5 0 1 0.5
problem-slot-unknown = the slot '{ $text }' in { $what } is no role
    .hint = it has { $roles }
    .short = “{ $text }” in { $what } is no role of this format
problem-phrase-shared = '{ $phrase }' in { $what } is also in { $path }
    .hint = leave it in the entry that answers it better
    .short = “{ $phrase }” is also in { $path }; leave it in the one that answers it better
problem-roles-missing = the format has neither roles nor rows
    .hint = say which words on its picture play which part
    .short = nothing says which words on its picture play which part: roles or rows
problem-text-before-heading = text before the first language
    .hint = put it below a line of `## ru` or `## en`
problem-heading-unknown = the heading '{ $heading }' is no language
    .hint = `## ru` and `## en` begin the explanations; use ### for headings in them
problem-heading-twice = `{ $heading }` is there twice
    .hint = keep one explanation a language
problem-text-missing = no explanation in { $lang }
    .hint = add `{ $heading }` and the text
    .short = there is no explanation { $lang }
problem-text-empty = the explanation in { $lang } is empty
    .hint = write it below this heading
    .short = there is no explanation { $lang }
problem-text-long = the explanation in { $lang } has { $count } characters
    .hint = shorten it to { $most } at most; 60 to 160 words read best
    .short = the explanation { $lang } is too long: { $count } characters, and { $most } fit
problem-html = HTML: { $html }
    .hint = use Markdown, or `backticks` around code
    .short = HTML in the explanation ({ $html }); use Markdown, and `backticks` around code
problem-conflict-marker = a line that a merge has left: '{ $marker }'
problem-not-writable = '{ $text }' cannot be written to a file as it is
    .hint = no blank lines around texts, no line breaks elsewhere
    .short = “{ $text }” cannot be kept as it is: remove blank lines around it and line breaks in it
problem-layout = the file is not laid out as it should be
    .hint = run memebot kb fmt
problem-id-wrong = '{ $id }' is not an id
    .hint = use small Latin letters, digits and single hyphens, 48 characters at most
problem-id-double = the id '{ $id }' is also that of { $path }
    .hint = rename or remove one of the files
problem-link-missing = { $what } links to '{ $link }', which does not exist
    .hint = write that { $kind }, or remove the link
    .short = { $what }: there is no entry “{ $link }”
problem-link-other-list = { $what } links to '{ $link }', which is a { $kind }
    .hint = move the link to the other list
    .short = { $what }: “{ $link }” is a { $kind }
problem-link-to-joke = { $what } links to '{ $link }', which is a { $kind }
    .hint = remove the link
    .short = { $what }: “{ $link }” is a { $kind }
problem-link-to-itself = { $what } links to the entry itself
    .hint = remove the link
    .short = { $what }: the entry links to itself
problem-exemplar-missing = the exemplar '{ $name }' does not exist
    .hint = add the file to the folder exemplars, or remove the name
    .short = there is no picture “{ $name }”
problem-title-double = the title '{ $title }' is also that of { $path }
    .hint = make the titles different, or merge the entries
    .short = the title “{ $title }” is also that of { $path }; choose another, or merge the entries
problem-phrase-double = '{ $phrase }' in says is also in { $path }
    .hint = leave it in the entry that it belongs to
    .short = the phrase “{ $phrase }” is also in { $path }; keep one
problem-words-few = the explanation in { $lang } has { $count } words
    .hint = { $least } to { $most } read best: say more
    .short = the explanation { $lang } has { $count } words; { $least } to { $most } read best
problem-words-many = the explanation in { $lang } has { $count } words
    .hint = { $least } to { $most } read best: shorten it
    .short = the explanation { $lang } has { $count } words; { $least } to { $most } read best
problem-languages-unequal = { $lang } is { $percent } % as long as { $longer }
    .hint = tell the same in both languages
    .short = the explanation { $lang } is { $percent } % as long as that { $longer }; tell the same in both languages
problem-phrase-common = '{ $phrase }' in says would match many texts
    .hint = take a longer piece of what stands in the picture
    .short = the phrase “{ $phrase }” would match many texts; take a longer piece
problem-link-wanted = '{ $mention }' has an entry but no link
    .hint = add '{ $link }' to concepts
    .short = “{ $mention }” has an entry of its own; add { $link } to the concepts
problem-fires-everyday = '{ $phrase }' stands in an everyday text, too: { $text }
problem-name-double = { $path } has the name '{ $name }' too
    .hint = give them names that tell them apart
    .short = { $path } has the name “{ $name }”, too; give them names that tell them apart
problem-entries-alike = nearly the same words lead to { $path }
    .hint = add keywords that only one of them has, or merge the entries
    .short = nearly the same words lead to { $path }; add words that only one of them has, or merge them
problem-exemplar-unused = no entry names this exemplar
    .hint = name it in one, or remove it
problem-fingerprint-broken = not a fingerprint
    .hint = make the fingerprint again
problem-exemplar-size = more than { $most } MB
    .hint = make it smaller
problem-exemplar-other = the base has another picture under this name
    .hint = give the file another name
problem-exemplar-file-other = the file holds another picture than the base
    .hint = rename one of them
problem-file-unreadable = cannot be read: { $error }
    .hint = mend its rights
problem-file-unplaced = the file is in no folder of a kind
    .hint = move it to { $folders }
problem-file-conflict = file and base are in conflict
    .hint = memebot kb resolve { $id }
problem-file-removed = the file was removed since the last sync
    .hint = run memebot kb sync first
problem-file-unseen = the file has text that is new to the base
    .hint = run memebot kb sync first
problem-file-unused = no command reads this file or folder: its name or its place is not the one expected
problem-hidden-unknown = no entry '{ $id }' is shipped
    .hint = remove the line
problem-texts-unreadable = cannot be read: { $error }
    .hint = save the file as UTF-8
problem-texts-columns = the line lacks its text, language or entry: '{ $row }'
    .hint = the columns are { $columns }
problem-texts-comma = a comma cuts the text short: '{ $row }'
    .hint = put the text in quotation marks
problem-texts-csv = not a line of CSV: { $error }
    .hint = close the quotes
problem-folder-missing = no such folder
    .hint = name a folder that holds entries/
problem-folder-no-entries = no entries in this folder
    .hint = it should hold entries/ with { $folders }
problem-folder-emptied = the folder has no entries any more
    .hint = sync from the right folder, or delete the entries one by one
problem-folder-unwritable = cannot be written: { $error }
    .hint = check its rights and the free space
problem-folder-is-file = is a file
    .hint = name a folder
problem-folder-has-base = there is a base in this folder already
    .hint = put a { $layer } into it by hand to lay it over the shipped one, or name another folder
problem-layer-unreadable = cannot be read: { $error }
    .hint = write beneath = "{ $beneath }"
problem-layer-nothing-beneath = it does not say what lies beneath
    .hint = write beneath = "{ $beneath }"
problem-layer-wrong-beneath = '{ $beneath }' cannot lie beneath
    .hint = name a base that stands alone
problem-merge-too-few = two different entries are needed
problem-merge-other-kinds = they are of different kinds
    .hint = only entries of one kind can become one
problem-merge-too-long = a field would have more than { $most } items
    .hint = shorten one of them first

## --why: the evidence for an answer, drawn

drawn-words = What was read
drawn-words-note = Each line with its certainty.
drawn-roles-note = Each line with its certainty. Framed: the words that play a role of the format.
drawn-no-words = No words were read in this picture.
drawn-more = … and { $count } more
drawn-match = What was found again
drawn-match-note = { $inliers } places of the exemplar (right) lie in the picture (left) just as they should; the frame shows where the exemplar would lie.
drawn-mirrored = The picture is mirrored.
drawn-no-match = No exemplar was found again in this picture.
drawn-sketch = the exemplar is kept as features only
drawn-heat = What the image tower looked at
drawn-heat-note = The warmer a place, the less alike the picture and the exemplar become when it is covered.
drawn-little = little
drawn-much = much

# --- drafts by a model: what keeps one from being made

drafting-off = drafts are off: no server is set
    .hint = set MEMEBOT_DRAFTS_URL and MEMEBOT_DRAFTS_MODEL
drafting-no-model = MEMEBOT_DRAFTS_MODEL is not set
    .hint = name a model of that server that takes pictures
drafting-no-extra = drafts need the package openai
    .hint = pip install 'memebot[drafts]'
drafting-no-serving = serving a model of one's own needs further packages
    .hint = pip install 'memebot[drafts-local]'
drafting-no-such-model = there is no model { $model }: no name of the list, no folder, no ORGANISATION/MODEL
    .hint = `memebot drafts models` lists some
drafting-budget-zero = the budget for drafts is 0: nothing is asked
    .hint = raise MEMEBOT_DRAFTS_DAILY_BUDGET, or unset MEMEBOT_DRAFTS_URL
drafting-budget-spent = the budget for drafts is spent until midnight in UTC
    .hint = raise MEMEBOT_DRAFTS_DAILY_BUDGET, or wait
drafting-unreachable = the server for drafts cannot be reached
    .hint = start it, and compare MEMEBOT_DRAFTS_URL with its address
drafting-slow = the server for drafts takes too long to answer
    .hint = raise MEMEBOT_DRAFTS_TIMEOUT, or take a smaller model
drafting-cut = the connection to the server for drafts broke off
    .hint = look into that server's log, then try again
drafting-key = the server for drafts does not take the key
    .hint = compare MEMEBOT_DRAFTS_KEY with the one that the provider gave
drafting-model-missing = the server for drafts has no model { $model }
    .hint = set MEMEBOT_DRAFTS_MODEL to one that it has, or download that one there
drafting-no-chat = what answers at MEMEBOT_DRAFTS_URL is no OpenAI-compatible server
    .hint = the address usually ends in /v1
drafting-quota = the provider's credit for drafts is used up
    .hint = top it up there
drafting-rate = the server for drafts is asked too often
    .hint = wait a minute, or lower MEMEBOT_DRAFTS_DAILY_BUDGET
drafting-server = the server for drafts failed
    .hint = look into that server's log, then try again
drafting-request = the server for drafts refuses the request
    .hint = update that server, or take another model
drafting-no-format = the server for drafts takes no form of answer that it was asked for
    .hint = update that server, or take another one
drafting-no-limit = the server for drafts takes no limit to an answer's length
    .hint = update that server, or take another one
drafting-no-pictures = the model for drafts takes no pictures
    .hint = set MEMEBOT_DRAFTS_MODEL to one that does: `memebot drafts models` names some
drafting-picture-refused = the model refuses this picture
    .hint = write the entry without it, or take another model
drafting-context = the picture and what belongs to it are more than the model takes
    .hint = give the model a larger context, of 8,192 tokens at least
drafting-answer-large = the answer was too large and was not read to its end
    .hint = take another model
drafting-cut-short = the model stopped in the middle of its answer
    .hint = take a model that thinks less, or try again
drafting-empty = the model answered nothing
    .hint = try again, or take another model
drafting-faulty = the model answered twice, and both answers broke the rules for drafts
    .hint = `memebot drafts show` says which; a larger model keeps them
drafting-cannot-tell = the model says that it cannot tell
    .hint = write the entry without it
drafting-file-gone = Telegram does not give out the picture any more
    .hint = write the entry without it
drafting-exposed = pictures and the key go unencrypted over the internet
    .hint = use https in MEMEBOT_DRAFTS_URL
drafting-other-model = the server answers as { $answered }, not as { $model }
    .hint = set MEMEBOT_DRAFTS_MODEL to the model that you mean
drafting-blind = the model does not read what is drawn in a picture
    .hint = take a model with vision: `memebot drafts models` names some
drafting-schema = the model does not keep to the form of an answer
    .hint = take a larger model
drafting-langs = the model does not write both languages well enough
    .hint = take a larger or a multilingual model

# --- drafts by a model, for editors

md-title = 🤖 <b>A draft by a machine</b> ({ $model }, { $sure } % sure). Nobody has checked it yet.
md-rests-on = Rests on: { $titles }
md-take = ✅ Take it
md-mend = ✏️ Mend
md-write = ✍️ Write it myself
md-drop = 🗑 Throw away
md-why = <b>What is wrong with it?</b>
md-drop-false = Something in it is false
md-drop-misses = It misses the joke
md-drop-badly-put = It is badly put
md-drop-other = Something else
md-drop-not-ml = 🚫 Not about ML
md-dropped = The draft is thrown away.
md-dropped-not-ml = The draft is thrown away, and there is nothing to explain here any more.
md-list = { $count ->
        [one] 🤖 { $count } draft by a machine waits for an editor:
       *[other] 🤖 { $count } drafts by a machine wait for an editor:
    }
md-gone = This draft does not wait for anybody any more.
md-decided = This draft has been decided about: { $who } was faster.

# --- the pages of the web

web-description = Why memes about machine learning are funny: send a picture, ask in words, or open the glossary.
web-skip = Skip to content
web-nav = Sections
web-nav-explain = Explain a meme
web-nav-glossary = Glossary
web-nav-play = Experiments
web-footer = memebot explains memes about machine learning. What is not in its base, it says so.
web-home-title = Why is this funny?
web-home-lead = Show a meme about machine learning and learn what the joke is. If the base does not have it, you are told so.
web-drop = Drop a meme here, paste it, or pick a file
web-drop-hint = A picture, GIF, video or sticker of up to { $mb } MB
web-explain = Explain
web-promise = The picture is not kept: it is read, answered and forgotten.
web-looking = Looking at the picture …
web-away = The server does not answer. Check the connection and try again.
web-too-large = The file is too large: up to { $mb } MB will do.
web-examples = Or take one of these
web-example = Example meme { $number }
web-ask-label = Ask in words
web-ask-hint = why does my loss go up?
web-ask = Ask
web-home-glossary = { $count ->
    [one] { $count } entry: a concept, joke or template
   *[other] { $count } entries: concepts, jokes and templates
} in plain words.
web-home-play = Small networks that compute while you watch – and fail where you can see it.
web-answer = Answer
web-another = Another meme
web-seen-label = Your picture: the words that were read are framed
web-made-of = More about this
web-guesses = Perhaps this, too
web-guesses-only = The closest in the base
web-why = Why this answer
web-roles = Who says what here
web-read = Read on the picture
web-channel-copy = the very same picture
web-channel-geometry = the same template: details agree
web-channel-image = looks alike
web-channel-described = fits the description
web-channel-said = the words on the picture
web-channel-meaning = what the words mean
web-exemplar = What it was compared with
web-exemplar-alt = Exemplar: { $title }
web-exemplar-fingerprint = The known picture itself is not here: of pictures that are not ours the base keeps a fingerprint only.
web-problem = That did not work
web-no-page = There is no such page. Perhaps the search of the glossary finds it.
web-bad-request = This request makes no sense here.
web-too-fast = Too fast. Wait a moment and try again.
web-busy = Too many ask at once just now. Try again in a minute.
web-one-at-a-time = Your last picture is still being looked at. Wait for its answer, then send the next.
web-too-slow = The file took too long to arrive. Try again, or send a smaller picture.
web-no-picture = There is no picture in the request. Pick a file.
web-sorry = Something broke here, and it is not your fault. Try again in a while.
web-whole-page = The whole entry
web-search = Search
web-search-label = Search the glossary
web-search-hint = a word, a name, or what you mean
web-search-results = Results
web-found = { $count ->
    [one] { $count } entry found
   *[other] { $count } entries found
}
web-found-nothing = Nothing was found.
web-glossary-lead = { $count ->
    [one] { $count } entry
   *[other] { $count } entries
} on what machine learning jokes about: what it is, and why that is funny.
web-kind-concept = Concepts
web-kind-joke = Jokes
web-kind-format = Templates
web-roles-label = Where the words stand on this template
web-no-picture-kept = This is where the words stand. The picture itself is not ours, so the base keeps its fingerprint only.
web-try = Try it:
web-captions = What such memes say
web-rests-on = What it rests on
web-linked-joke = Jokes about it
web-linked-format = Templates with it
web-linked-concept = Concepts nearby
web-more = … and { $count } more
web-sources = Sources
web-play-lead = Small models, a bit dumb and honest about it: turn the knobs and watch them learn, err and break.
web-play-needs-script = Experiments compute at your command, which takes JavaScript.
web-computing = Computing …
web-frame = Frame
web-play-pause = Play or pause
web-step-back = One frame back
web-step-forward = One frame on
web-clear = Clear
web-drawing-hint = Draw with a finger or the mouse; with keys, arrows and Shift.
web-pick = Pick a picture
web-pick-many = Pick pictures
web-camera = Camera
web-no-camera = The camera did not open. Pick a file.
web-take = Take it
web-close = Close
web-run = Show
web-run-again = Other random numbers
web-about-concepts = What this is about
web-took-too-long = The experiment took too long and was stopped. Try smaller values.

# --- the team's console

console-name = Console
console-nav-queue = Queue
console-nav-calendar = Calendar
console-nav-entries = Entries
console-nav-figures = Figures
console-nav-settings = Settings
console-nav-sessions = Where I am signed in
console-out = The console is for the community's team. Send /console to the bot in a private chat: it answers with a way in.
console-door = This link opens the console once, for the person whom the bot sent it to.
console-enter = Open the console
console-entering = Opening the console …
console-app-outside = This page opens inside Telegram: send /console to the bot and press its button.
console-app-script = Inside Telegram the console needs JavaScript. A browser does without: send /console to the bot and take the link.
console-no-entry-link = This link was used already or is older than a minute. Send /console to the bot for a new one.
console-no-entry-app-forged = Telegram has not signed this. Close the window and open the console from the bot's message again.
console-no-entry-app-old = This window was opened too long ago. Close it and open the console from the bot's message again.
console-no-entry-app-used = The console was opened with this already. Close the window and open it from the bot's message again.
console-no-entry-nobody = The console is for the community's team, and you have no role in it. An admin gives one with /role.
console-not-done = Not done
console-no-page = There is no such page in the console.
console-go-on = Back to the console
console-stale-form = This page was open for too long. Reload it and do it again: nothing was changed.
console-storage = The database is busy or its disk is full. Nothing was changed; try again in a moment.
console-no-picture = Telegram does not have this picture any more.
console-sessions-lead = Browsers in which you are in the console now. Each ends by itself after twelve hours, and at once when your role is taken.
console-session-this = this one
console-session-link = by a link
console-session-app = inside Telegram
console-session-end = End
console-session-end-all = End all
console-session-ended = That session has ended.
console-open = Open the console
console-here = The queue, the calendar, entries and figures on one screen. The link below works once, within a minute, and lets in whoever opens it: pass it on to nobody.
    { $link }
console-in-private = I send the way into the console in a private chat: write /console to me there.
console-no-web = The console needs an address on the web: whoever runs the bot sets MEMEBOT_WEB_URL.
console-entered = Somebody has opened the console with your link: { $device }. If it was not you, press the button and send /console again.
console-entered-end = End all sessions
console-entered-ended = All your sessions in the console have ended.
cmd-console = the team's console
## The team's console: entries

console-entry-nav-list = All entries
console-entry-nav-wall = Not explained
console-entry-nav-replace = Replace a phrase
console-entry-nav-try = Try a meme
console-entry-search = Words in an entry
console-entry-any-kind = any kind
console-entry-lacks = What it lacks
console-entry-lacks-any = complete or not
console-entry-lacks-exemplar = without a picture
console-entry-lacks-source = without a source
console-entry-lacks-ru = something missing in Russian
console-entry-lacks-en = something missing in English
console-entry-order = Order
console-entry-order-fit = best match
console-entry-order-title = by title
console-entry-order-changed = last changed
console-entry-order-disliked = least liked
console-entry-order-asked = most asked
console-entry-flawed = with findings
console-entry-show = Show
console-entry-new = New entry:
console-entry-drafts = Your drafts:
console-entry-checking = { $count ->
    [one] One entry is still to be checked.
   *[other] { $count } entries are still to be checked.
}
console-entry-check-all = Check all and wait
console-entry-found = { $count ->
    [one] One entry
   *[other] { $count } entries
}
console-entry-title = Entry
console-entry-findings = Findings
console-entry-answers = Answers
console-entry-changed = Changed
console-entry-problems = { $count ->
    [one] one finding
   *[other] { $count } findings
}
console-entry-none = No entry passes these filters. Take one of them away, or begin a new entry above.
console-entry-pages = Pages
console-entry-prev = Back
console-entry-next = Next
console-entry-revision = Revision { $number }
console-entry-acts = What can be done with the entry
console-entry-history = History
console-entry-undo = Take back the last change
console-entry-keys = Ctrl+S saves. Enter adds an item to a list. A picture can be dropped or pasted anywhere on the page.
console-entry-part-text = Title and explanation
console-entry-part-found = How memes and questions find it
console-entry-part-links = Links and sources
console-entry-add = Add …
console-entry-remove = Remove
console-entry-change-item = Change
console-entry-rows-none = fixed panels, drawn below
console-entry-rows-down = panels from top to bottom
console-entry-rows-across = panels from left to right
console-entry-role-draw = Drag on the picture to draw a box for the chosen role, or type its numbers.
console-entry-role-no-picture = The first picture of the entry is what boxes are drawn on. Add one below; numbers can be typed already.
console-entry-role-add = Add a role
console-entry-role-names = id,left,top,right,bottom,name in Russian,name in English
console-entry-linking = Linked from:
console-entry-picture-add = Add a picture
console-entry-licence = Licence, to keep the picture itself
console-entry-licence-none = empty: only its fingerprint is kept
console-entry-picture-send = Add
console-entry-picture-new = new
console-entry-picture-added = The picture is added to your draft.
console-entry-picture-known = The entry has this picture already: { $name }.
console-entry-picture-removed = The picture is taken out of your draft.
console-entry-comment = Why (for the history)
console-entry-save = Save
console-entry-save-anyway = Save anyway
console-entry-check-change = What would change?
console-entry-keep = Keep as draft
console-entry-discard = Give the draft up
console-entry-unsaved = Changed
console-entry-kept = Kept as your draft, not saved yet.
console-entry-discarded = The draft is gone; the entry is as it was.
console-entry-trying = Trying texts and memes …
console-entry-invalid = It cannot be saved yet: mend what is marked as an error. Your draft is kept.
console-entry-saved = Saved as revision { $number }.
console-entry-merged = Somebody saved other fields meanwhile ({ $fields }): both changes are in it.
console-entry-saved-group = It explains { $count } of { $memes } memes of the group; those who wait are told.
console-entry-merged-draft = Your draft rests on the newest revision now. Look it over and save it.
console-entry-side = Findings and preview
console-entry-newer = While you were editing, somebody saved revision { $number }:
console-entry-newer-gone = While you were editing, somebody deleted the entry (revision { $number }):
console-entry-others = Editing it, too:
console-entry-changed-fields = Changed:
console-entry-preview-ru = As subscribers see it, in Russian
console-entry-preview-en = As subscribers see it, in English
console-entry-preview-picture = About a picture
console-entry-tried = { $count ->
    [one] One text or picture was tried.
   *[other] { $count } texts and pictures were tried.
}
console-entry-breaks-none = None would be answered wrong that is right today.
console-entry-breaks = { $count ->
    [one] One is right today and would be wrong.
   *[other] { $count } are right today and would be wrong.
}
console-entry-mends = { $count ->
    [one] One would be mended.
   *[other] { $count } would be mended.
}
console-entry-mended-title = What is wrong today and would be right
console-entry-newly = { $count ->
    [one] It would explain one meme that nothing explains today
   *[other] It would explain { $count } memes that nothing explains today
}
console-entry-too-many = They are of { $groups } unlike kinds: perhaps it says too much.
console-entry-back = Back
console-entry-theirs = What they changed
console-entry-mine = What you changed
console-entry-both-changed = Both changed: { $field }
console-entry-clash-mine = Yours
console-entry-clash-theirs = Theirs
console-entry-merge-hint = Merging changes your draft alone: you look it over before it is saved. Whatever you choose, their revision stays in the history.
console-entry-restore = Make revision { $number } the present one
console-entry-restored = Revision { $number } is the present one again.
console-entry-undone = The change of revision { $number } is taken back.
console-entry-undo-late = Somebody has saved it since, so nothing was taken back. Choose a revision to restore.
console-entry-renamed = It is called so now; links and history came along, and { $id } leads here.
console-entry-absorbed = { $id } is part of it now. “Take back the last change” parts them again.
console-entry-deleted = The entry and the links to it are deleted. “Take back the last change” brings them back.
console-entry-ask-rename = Rename
console-entry-ask-merge = Merge
console-entry-ask-delete = Delete
console-entry-how-rename = The id is the entry’s address. Links, history and regression texts follow, and the old id leads to the new one.
console-entry-how-merge = Another entry becomes a part of this one. The texts of this one stay; names, phrases, pictures, links and sources unite.
console-entry-how-delete = The entry goes with all links to it. Its history stays, and it can be brought back.
console-entry-to-rename = New id
console-entry-to-merge = Id of the entry that becomes a part
console-entry-do-rename = Rename
console-entry-do-merge = Merge
console-entry-do-delete = Delete
console-entry-touches = { $count ->
    [one] One more entry changes with it:
   *[other] { $count } more entries change with it:
}
console-entry-touches-none = No other entry changes with it.
console-entry-old = Phrase
console-entry-new-phrase = becomes
console-entry-where = in
console-entry-everywhere = all entries, or an id
console-entry-case = as capitalised
console-entry-within = within words, too
console-entry-preview-change = Show what changes
console-entry-replace-how = Type a phrase and what stands in its place. First you see every change; nothing is saved until you press “Replace”.
console-entry-replace-found-none = No entry has this phrase.
console-entry-replace-found = { $count ->
    [one] One entry changes.
   *[other] { $count } entries change.
}
console-entry-replace-all = { $count ->
    [one] Replace in one entry
   *[other] Replace in { $count } entries
}
console-entry-replace-first = The first { $count } are shown below; the others change in the same way.
console-entry-replaced-none = Nothing was replaced.
console-entry-replaced = { $count ->
    [one] Replaced in one entry.
   *[other] Replaced in { $count } entries.
}
console-entry-replace-undone-none = Nothing was taken back.
console-entry-replace-undone = { $count ->
    [one] Taken back in one entry.
   *[other] Taken back in { $count } entries.
}
console-entry-replace-left = Left alone, because somebody saved them meanwhile or they would not be sound:
console-entry-undo-all = Take all of it back
console-entry-try-how = Drop a meme here, paste it, or choose a file:
console-entry-try-with = Beside today’s answer, the one with
console-entry-try-today = no change
console-entry-try-same = Your change does not alter this answer.
console-entry-try-read = What was read on it
console-entry-no-editor = Entries are for editors, and you are none any more. An admin gives the role with /role.
console-entry-draft-gone = This draft was saved or given up. Open the entry again.
console-entry-elsewhere = You have changed this entry in another window or in the chat. Reload the page to go on from there; what is typed here was not kept.
console-entry-outdated = Somebody saved this entry meanwhile. Reload the page to see what they changed.
console-entry-machine-gone = Another editor has decided about this draft.
console-entry-no-revision = There is no such revision.
console-entry-no-licence = A picture is kept with a word on whose it is and under which licence. Without one, its fingerprint is kept.
console-entry-exemplar-exists = A picture of that name is kept already. Try again.
console-entry-no-picture-file = This file cannot be kept as a picture. Leave the licence empty to keep its fingerprint.
console-entry-not-found = There is no entry “{ $id }”.
console-entry-id-taken = The id “{ $id }” is taken.
console-entry-id-bad = “{ $id }” can be no id: small Latin letters, digits and single hyphens, 48 characters at most.
console-entry-long = This is more than an entry holds ({ $limit } characters). Shorten it.
console-wall-size = { $memes ->
    [one] One meme
   *[other] { $memes } memes
} in { $groups ->
    [one] one group
   *[other] { $groups } groups
}, those that most people asked about first
console-wall-people = { $count ->
    [one] one person asked
   *[other] { $count } people asked
}
console-wall-memes = { $count ->
    [one] one meme
   *[other] { $count } memes
}
console-wall-waiting = { $count ->
    [one] one waits to hear
   *[other] { $count } wait to hear
}
console-wall-upcoming = Will be in the channel, and nothing explains it
console-wall-no-picture = nobody waits for it, so its picture is not kept
console-wall-take = From the model’s draft
console-wall-begun = A draft is begun with the words and pictures of the group.
console-wall-hidden = This group is not listed any more.
console-wall-shown = The group is listed again.


# the queue in the console

console-queue-title = No. { $number }
console-queue-filters = Filters
console-queue-by-flag = By flag
console-queue-any-flag = Flags: all
console-queue-flagged = with flags
console-queue-unflagged = without flags
console-queue-by-known = By what the bot understood
console-queue-any-known = Understood or not
console-queue-known = the bot understood
console-queue-unknown = the bot did not understand
console-queue-by-lang = By the author's language
console-queue-any-lang = Any language
console-queue-by-age = By age
console-queue-any-age = Any age
console-queue-age-day = up to a day
console-queue-age-week = up to a week
console-queue-age-older = older than a week
console-queue-by-order = Order
console-queue-order-oldest = oldest first
console-queue-order-newest = newest first
console-queue-order-surest = surest first
console-queue-show = Show
console-queue-of-author = Author: { $author }
console-queue-all-authors = Show all authors
console-queue-busiest = Most waiting:
console-queue-new = New: { $count }. Show
console-queue-nothing-fits = Nothing that waits fits these filters.
console-queue-show-all = { $count ->
    [one] Show the one that waits
   *[other] Show all { $count }
}
console-queue-empty = The queue is empty: everything is decided. New proposals appear here by themselves.
console-queue-planned = { $count ->
    [one] One post is planned.
   *[other] { $count } posts are planned.
}
console-queue-pick = Pick No. { $number }
console-queue-pick-all = Pick all
console-queue-picked = Picked: { $count }
console-queue-bulk = Reject what is picked
console-queue-reason = Reason for the author …
console-queue-own-words = or in your own words
console-queue-reject-picked = Reject what is picked
console-queue-pages = Pages
console-queue-page-before = Previous page
console-queue-page-after = Next page
console-queue-not-understood = not understood
console-queue-first = first proposal
console-queue-record = { $proposed } proposed, { $published } published, { $rejected } rejected
console-queue-banned = banned
console-queue-neighbours = Other cards
console-queue-previous = Previous
console-queue-next = Next
console-queue-picture = Picture { $number }
console-queue-seen = Something like it was here
console-queue-seen-picture = The picture that was here before
console-queue-approve = Approve
console-queue-replan = Plan anew
console-queue-no-slots = no free slot
console-queue-when = When
console-queue-now = at once
console-queue-reject = Reject
console-queue-send = Reject
console-queue-silent = silently: the author is not told
console-queue-ban = Ban the author …
console-queue-ban-sure = The author cannot propose any more, and this is rejected. Undo takes both back for a while.
console-queue-ban-yes = Ban and reject
console-queue-undo = Undo
console-queue-release = I am not writing any more
console-queue-caption = Caption
console-queue-caption-of = For
console-queue-caption-all = all channels
console-queue-target = Where to post
console-queue-no-caption = No caption.
console-queue-edit = Change the caption
console-queue-formatting = Formatting of what is selected
console-queue-format-bold = Bold
console-queue-format-italic = Italic
console-queue-format-underline = Underlined
console-queue-format-strikethrough = Struck through
console-queue-format-spoiler = Spoiler
console-queue-format-code = Code
console-queue-format-text-link = Link
console-queue-link-to = Where does the link lead?
console-queue-save = Save the caption
console-queue-unsaved = The caption is not saved. Drop what you have written?
console-queue-preview = As the channel shows it
console-queue-author = Author
console-queue-the-author = the author
console-queue-credit-named = with their name
console-queue-credit-anonymous = anonymous to readers
console-queue-suggested = the channel's suggested post
console-queue-all-of-author = { $count ->
    [one] one waits
   *[other] all { $count } that wait
}
console-queue-last-reasons = Last rejections:
console-queue-note = Note about the author
console-queue-note-keep = Keep the note
console-queue-ask = Ask the author
console-queue-ask-send = Send the question
console-queue-understood = What the bot understood
console-queue-timeline = What happened
console-queue-changed-by = { $who } was faster.
console-queue-changed = { $who } has changed something here.
console-queue-decided-by = decided by { $who }
console-queue-writing = ✍️ { $who }
console-queue-nothing-to-undo = There is nothing to undo: no verdict of yours in this tab.
console-queue-last = Nothing else waits here.
console-queue-keys = Keys
console-queue-key-next = next
console-queue-key-previous = previous
console-queue-key-open = open the card (in the list)
console-queue-key-pick = pick (in the list)
console-queue-key-approve = approve into the next slot
console-queue-key-slots = choose the slot
console-queue-key-reject = reject: opens the reasons
console-queue-key-digits = the reason or the slot of that number
console-queue-key-undo = take the last verdict back
console-queue-key-edit = change the caption
console-queue-key-close = close what is open
console-queue-key-help = Keys
console-queue-done-rejected = { $count ->
    [0] Nothing was rejected
    [one] One was rejected
   *[other] { $count } were rejected
}
console-queue-done-undone = { $count ->
    [0] Nothing was taken back
    [one] One waits again
   *[other] { $count } wait again
}
console-queue-one-rejected = rejected
console-queue-one-undone = waits again
console-queue-undo-these = { $count ->
    [one] Undo this one
   *[other] Undo these { $count }
}
console-queue-back = Back to the queue
console-queue-no-reason = Choose a reason or write one: the author reads it.
console-queue-no-words = Write something first.
console-queue-none-picked = Nothing is picked. Tick what the reason is for.
console-queue-too-long = Too long: { $length } of { $limit } characters.

console-figures-period = Period
console-figures-period-week = A week
console-figures-period-month = A month
console-figures-period-all = All the time
console-figures-now = Now
console-figures-of-queue = The queue
console-figures-of-base = The base
console-figures-pending = Waiting
console-figures-oldest = The oldest waits
console-figures-planned = Planned
console-figures-held = On hold
console-figures-unresolved = Fate unknown
console-figures-submitted = Came
console-figures-published = Published
console-figures-not-taken = Rejected
console-figures-accepted = Approved of what was decided
console-figures-median = Until a verdict, as a rule
console-figures-most = Nine of ten within
console-figures-asked = Memes asked about
console-figures-explained = Explained
console-figures-table = As a table
console-figures-csv = CSV
console-figures-csv-excel = CSV for Excel
console-figures-none = There is nothing to show for this time.
console-figures-utc = Days and weeks are those of UTC; times are the community’s. Answers are kept for three months, so figures of the base go no further back.
console-figures-time = Time
console-figures-day = Day
console-figures-week = Week from
console-figures-days = What came and what was decided
console-figures-came = came
console-figures-decided = decided
console-figures-waits = How long authors waited
console-figures-of-channel = Channel
console-figures-of-posts = Posts
console-figures-of-planned = Planned
console-figures-of-held = Held back
console-figures-of-reactions = Reactions
console-figures-wait = Until a verdict
console-figures-verdicts = verdicts
console-figures-wait-1 = under an hour
console-figures-wait-2 = 1 to 6 hours
console-figures-wait-3 = 6 to 24 hours
console-figures-wait-4 = 1 to 3 days
console-figures-wait-5 = longer than 3 days
console-figures-who = Who
console-figures-share = approved, %
console-figures-pictures = How memes were answered
console-figures-coverage = How much was explained, by week
console-figures-share-explained = explained, %
console-figures-memes = memes
console-figures-disappointing = Entries that disappoint
console-figures-entry = Entry
console-figures-good = liked
console-figures-bad = disliked
console-figures-answers = answers
console-figures-evidence = Votes by evidence
console-figures-channel = Evidence
console-figures-by-copy = the same picture
console-figures-by-geometry = the template
console-figures-by-image = a similar picture
console-figures-by-described = its description
console-figures-by-said = its words
console-figures-confused = Disliked, and what would have come next
console-figures-pair = Told → next
console-figures-times = times
console-figures-words = Words that no entry knows
console-figures-word = Word
console-figures-people = people
console-figures-drafts = Drafts by a model
console-figures-requests = requests
console-figures-tokens = tokens
console-figures-failed = failed
