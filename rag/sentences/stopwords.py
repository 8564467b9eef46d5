"""Function words by language: articles, pronouns, prepositions, conjunctions, auxiliaries."""

from __future__ import annotations


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


STOP_WORDS: dict[str, frozenset[str]] = {
    "en": _set(
        """
        a an the this that these those i me my mine myself we us our ours ourselves you your yours yourself
        yourselves he him his himself she her hers herself it its itself they them their theirs themselves
        what which who whom whose when where why how am is are was were be been being have has had having do
        does did doing done will would shall should can could may might must ought and but or nor if because
        as until while of at by for with about against between into through during before after above below
        to from up down in out on off over under again further then once here there all any both each few
        more most other some such no not only own same so than too very just also upon within without among
        i'm you're he's she's it's we're they're i've you've we've they've i'd you'd he'd she'd we'd they'd
        i'll you'll he'll she'll we'll they'll isn't aren't wasn't weren't hasn't haven't hadn't doesn't
        don't didn't won't wouldn't shan't shouldn't can't cannot couldn't mustn't let's that's who's what's
        here's there's when's where's why's how's ll ve
        """
    ),
    "de": _set(
        """
        der die das den dem des ein eine einer eines einem einen und oder aber doch sondern denn weil dass
        daß ob wenn als wie ich du er sie es wir ihr mich dich sich uns euch ihm ihn ihnen mein dein sein
        unser euer ihre seine ist sind war waren bin bist seid wird werden wurde wurden worden hat haben
        hatte hatten habe kann können konnte muss müssen soll sollen will wollen nicht kein keine keinen
        keiner in im an am auf aus bei beim mit nach von vom zu zum zur für über unter um durch gegen ohne
        bis seit vor zwischen auch nur noch schon so sehr dann da dort hier was wer wem wen welche welcher
        welches dieser diese dieses diesem diesen man alle mehr
        """
    ),
    "fr": _set(
        """
        le la les l un une des du de d et ou mais donc or ni car que qui quoi dont où je tu il elle on nous
        vous ils elles me te se lui leur y en ce cet cette ces mon ton son ma ta sa mes tes ses notre votre
        nos vos leurs est sont était étaient être été suis es sommes êtes ai as a avons avez ont avait
        avaient avoir fait ne pas plus au aux à dans par pour sur sous avec sans entre vers chez si comme
        quand c'est n'est qu'il qu'elle d'un d'une aussi très
        """
    ),
    "es": _set(
        """
        el la los las un una unos unas de del al y e o u pero sino que qué quien quién cual cuál cuyo donde
        dónde cuando cuándo como cómo yo tú él ella ello nosotros vosotros ellos ellas me te se nos os le
        les lo mi tu su mis tus sus nuestro nuestra este esta estos estas ese esa eso esto aquel aquella es
        son era eran ser sido fue fueron está están estaba ha han había haber he hay no ni a ante bajo con
        contra desde en entre hacia hasta para por según sin sobre tras si más muy también ya
        """
    ),
    "it": _set(
        """
        il lo la i gli le un uno una di a da in con su per tra fra del dello della dei degli delle al allo
        alla ai agli alle dal dalla dai dalle nel nella nei nelle sul sulla sui sulle e ed o ma se che chi
        cui non come dove quando quanto perché io tu lui lei noi voi loro mi ti si ci vi mio tuo suo nostro
        vostro è sono era erano essere stato stata ha hanno aveva avere ho questo questa questi queste
        quello quella più anche
        """
    ),
    "pt": _set(
        """
        o a os as um uma uns umas de do da dos das em no na nos nas por pelo pela para com sem sob sobre
        entre até e ou mas se que quem qual quando onde como eu tu ele ela nós vós eles elas me te se lhe
        meu teu seu minha sua nosso este esta esse essa isso isto aquele aquela é são era eram ser sido foi
        foram está estão há tem têm tinha não mais muito também já ao aos à às
        """
    ),
    "nl": _set(
        """
        de het een en of maar want dus dat die dit deze wie wat waar wanneer hoe ik jij je hij zij ze wij we
        jullie u mij me hem haar ons hun mijn jouw zijn is was waren ben bent worden wordt werd heeft hebben
        had hadden kan kunnen moet zal zou niet geen in op aan uit bij met naar van voor over onder tegen
        tot door om te er ook nog al als dan
        """
    ),
    "ru": _set(
        """
        и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только ее её мне
        было вот от меня еще ещё нет о из ему теперь когда даже ну ли если или ни быть был была были него до
        вас нибудь уж вам ведь там потом себя ничего ей может они тут где есть надо ней для мы тебя их чем
        сам чтоб без будто чего тоже себе под будет кто этот того потому этого какой ним здесь этом один мой
        тем чтобы нее неё при об это эта эти который которая которые
        """
    ),
    "uk": _set(
        """
        і й та в у на не що він я з із зі як а то все вона так його але ти до же ви за б по тільки її мені
        було від мене ще ні о йому коли навіть чи якщо або бути був була були для ми їх чим без теж під буде
        хто цей того це ця ці який яка які про при вони там де є
        """
    ),
    "be": _set(
        """
        і й ў у на не што ён я з са як а то усё яна так яго але ты да ж вы за б па толькі яе мне было ад
        мяне яшчэ не аб яму калі нават ці калі або быць быў была былі для мы іх без таксама пад будзе хто
        гэты таго гэта які якая якія пра пры яны там дзе ёсць
        """
    ),
    "pl": _set(
        """
        i w we na z ze do od po za o u przez przy dla bez pod nad między a ale lub albo czy że żeby jeśli
        gdy kiedy jak co kto który która które którzy gdzie ja ty on ona ono my wy oni one mnie mi ciebie go
        jego jej ich im się mój twój swój nasz ten ta to te ci tego tej tych tym jest są był była było były
        być będzie będą nie tak już jeszcze tylko także też oraz
        """
    ),
    "cs": _set(
        """
        a i v ve na z ze do od po za o u pro při bez pod nad mezi ale nebo že aby jestli když jak co kdo
        který která které kde já ty on ona ono my vy oni mě mi ho jeho její jich se si můj tvůj svůj náš ten
        ta to ti tím je jsou byl byla bylo byli být bude ne ano už ještě jen také
        """
    ),
    "sv": _set(
        """
        och i att det som en ett på är av för med den till inte om han hon vi ni de jag du sig så men eller
        har hade från vid kan var man ska skulle efter under över mot mellan när där här detta denna dessa
        vad vem vilken hur sin sitt sina också
        """
    ),
    "da": _set(
        """
        og i at det som en et på er af for med den til ikke om han hun vi i de jeg du sig så men eller har
        havde fra ved kan var man skal skulle efter under over mod mellem når hvor her dette denne disse
        hvad hvem hvilken hvordan sin sit sine også
        """
    ),
    "no": _set(
        """
        og i at det som en et på er av for med den til ikke om han hun vi dere de jeg du seg så men eller
        har hadde fra ved kan var man skal skulle etter under over mot mellom når hvor her dette denne disse
        hva hvem hvilken hvordan sin sitt sine også
        """
    ),
    "fi": _set(
        """
        ja on ei se että oli hän minä sinä me te he ovat olen olet olemme olette olla ollut kun niin kuin
        mutta tai vai jos mikä kuka missä milloin miten tämä nämä tuo nuo myös vain jo vielä
        """
    ),
}
STOP_WORDS["nb"] = STOP_WORDS["no"]
