"""English and Russian names of the 200 photo classes that the shipped weights were trained on.

Keyed by WordNet id, which is what such archives call their folders. The names are chosen so that no two classes
share one; the Russian ones are ours.
"""

from __future__ import annotations

_TABLE = """
n02124075|Egyptian cat|египетская кошка
n04067472|reel|катушка
n04540053|volleyball|волейбол
n04099969|rocking chair|кресло-качалка
n07749582|lemon|лимон
n01641577|bullfrog|лягушка-бык
n02802426|basketball|баскетбол
n09246464|cliff|утёс
n07920052|espresso|эспрессо
n03970156|plunger|вантуз
n03891332|parking meter|парковочный автомат
n02106662|German shepherd|немецкая овчарка
n03201208|dining table|обеденный стол
n02279972|monarch butterfly|бабочка монарх
n02132136|brown bear|бурый медведь
n04146614|school bus|школьный автобус
n07873807|pizza|пицца
n02364673|guinea pig|морская свинка
n04507155|umbrella|зонт
n03854065|organ|орган
n03838899|oboe|гобой
n03733131|maypole|майский шест
n01443537|goldfish|золотая рыбка
n07875152|pot pie|мясной пирог
n03544143|hourglass|песочные часы
n09428293|seashore|морской берег
n03085013|computer keyboard|клавиатура
n02437312|camel|верблюд
n07614500|ice cream|мороженое
n03804744|nail|гвоздь
n04265275|space heater|обогреватель
n02963159|cardigan|кардиган
n02486410|baboon|бабуин
n01944390|snail|улитка
n09256479|coral reef|коралловый риф
n02058221|albatross|альбатрос
n04275548|spider web|паутина
n02321529|sea cucumber|морской огурец
n02769748|backpack|рюкзак
n02099712|Labrador retriever|лабрадор
n07695742|pretzel|крендель
n02056570|king penguin|королевский пингвин
n02281406|sulphur butterfly|бабочка желтушка
n01774750|tarantula|тарантул
n02509815|red panda|красная панда
n03983396|soda bottle|бутылка газировки
n07753592|banana|банан
n04254777|sock|носок
n02233338|cockroach|таракан
n04008634|missile|ракета
n02823428|beer bottle|пивная бутылка
n02236044|mantis|богомол
n03393912|freight car|товарный вагон
n07583066|guacamole|гуакамоле
n04074963|remote control|пульт управления
n01629819|fire salamander|огненная саламандра
n09332890|lakeside|берег озера
n02481823|chimpanzee|шимпанзе
n03902125|pay phone|таксофон
n03404251|fur coat|шуба
n09193705|mountain|гора
n03637318|lampshade|абажур
n04456115|torch|факел
n02666196|abacus|счёты
n03796401|moving van|фургон для переезда
n02795169|barrel|бочка
n02123045|tabby cat|полосатая кошка
n01855672|goose|гусь
n01882714|koala|коала
n02917067|bullet train|скоростной поезд
n02988304|CD player|проигрыватель компакт-дисков
n04398044|teapot|чайник для заварки
n02843684|birdhouse|скворечник
n02423022|gazelle|газель
n02669723|academic gown|мантия выпускника
n04465501|tractor|трактор
n02165456|ladybug|божья коровка
n03770439|miniskirt|мини-юбка
n02099601|golden retriever|золотистый ретривер
n04486054|triumphal arch|триумфальная арка
n02950826|cannon|пушка
n03814639|neck brace|шейный корсет
n04259630|sombrero|сомбреро
n03424325|gas mask|противогаз
n02948072|candle|свеча
n03179701|desk|письменный стол
n03400231|frying pan|сковорода
n02206856|bee|пчела
n03160309|dam|плотина
n01984695|spiny lobster|лангуст
n03977966|police van|полицейский фургон
n03584254|iPod|айпод
n04023962|punching bag|боксёрская груша
n02814860|lighthouse|маяк
n01910747|jellyfish|медуза
n04596742|wok|вок
n03992509|potter's wheel|гончарный круг
n04133789|sandal|сандалия
n03937543|pill bottle|баночка с таблетками
n02927161|butcher shop|мясная лавка
n01945685|slug|слизень
n02395406|pig|свинья
n02125311|cougar|пума
n03126707|crane|подъёмный кран
n04532106|vestment|церковное облачение
n02268443|dragonfly|стрекоза
n02977058|cash machine|банкомат
n07734744|mushroom|гриб
n03599486|rickshaw|рикша
n04562935|water tower|водонапорная башня
n03014705|chest|сундук
n04251144|snorkel|дыхательная трубка
n04356056|sunglasses|солнечные очки
n02190166|fly|муха
n03670208|limousine|лимузин
n02002724|black stork|чёрный аист
n02074367|dugong|дюгонь
n04285008|sports car|спортивная машина
n04560804|water jug|кувшин
n04366367|suspension bridge|подвесной мост
n02403003|ox|бык
n07615774|popsicle|фруктовый лёд
n04501370|turnstile|турникет
n03026506|Christmas stocking|рождественский чулок
n02906734|broom|метла
n01770393|scorpion|скорпион
n04597913|wooden spoon|деревянная ложка
n03930313|picket fence|штакетник
n04118538|rugby ball|мяч для регби
n04179913|sewing machine|швейная машинка
n04311004|steel arch bridge|стальной арочный мост
n02123394|Persian cat|персидская кошка
n04070727|refrigerator|холодильник
n02793495|barn|амбар
n02730930|apron|фартук
n02094433|Yorkshire terrier|йоркширский терьер
n04371430|swimming trunks|плавки
n04328186|stopwatch|секундомер
n03649909|lawn mower|газонокосилка
n04417672|thatched roof|соломенная крыша
n03388043|fountain|фонтан
n01774384|black widow spider|чёрная вдова
n02837789|bikini|бикини
n07579787|plate of food|тарелка с едой
n04399382|teddy bear|плюшевый мишка
n02791270|barbershop|парикмахерская
n03089624|candy store|магазин сладостей
n02814533|station wagon|универсал
n04149813|scoreboard|табло
n07747607|orange|апельсин
n03355925|flagpole|флагшток
n01983481|lobster|омар
n04487081|trolleybus|троллейбус
n03250847|drumstick|барабанная палочка
n03255030|dumbbell|гантель
n02892201|memorial plaque|мемориальная доска
n02883205|bow tie|галстук-бабочка
n03100240|convertible|кабриолет
n02415577|bighorn sheep|снежный баран
n02480495|orangutan|орангутан
n01698640|alligator|аллигатор
n01784675|centipede|сороконожка
n04376876|syringe|шприц
n03444034|go-kart|картинг
n01917289|brain coral|коралл-мозговик
n01950731|sea slug|морской слизень
n03042490|cliff dwelling|дом в скале
n07711569|mashed potato|картофельное пюре
n04532670|viaduct|виадук
n03763968|military uniform|военная форма
n07768694|pomegranate|гранат
n02999410|chain|цепь
n03617480|kimono|кимоно
n06596364|comic book|комикс
n01768244|trilobite|трилобит
n02410509|bison|бизон
n03976657|pole|столб
n01742172|boa constrictor|удав
n03980874|poncho|пончо
n02808440|bathtub|ванна
n02226429|grasshopper|кузнечик
n02231487|stick insect|палочник
n02085620|Chihuahua|чихуахуа
n01644900|tailed frog|хвостатая лягушка
n02129165|lion|лев
n02699494|altar|алтарь
n03837869|obelisk|обелиск
n02815834|beaker|мензурка
n07720875|bell pepper|болгарский перец
n02788148|handrail|перила
n02909870|bucket|ведро
n03706229|magnetic compass|компас
n07871810|meat loaf|мясной рулет
n03447447|gondola|гондола
n02113799|poodle|пудель
n12267677|acorn|жёлудь
n03662601|lifeboat|спасательная шлюпка
n02841315|binoculars|бинокль
n07715103|cauliflower|цветная капуста
n02504458|African elephant|африканский слон
"""


def _parse(table: str) -> dict[str, tuple[str, str]]:
    rows = (line.split("|") for line in table.strip().splitlines())
    return {wordnet: (english, russian) for wordnet, english, russian in rows}


PHOTO_NAMES: dict[str, tuple[str, str]] = _parse(_TABLE)
"""WordNet id -> (English, Russian)."""
