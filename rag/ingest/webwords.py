# ruff: noqa: E501 - tables of words, one language a line
"""What the furniture of web pages says, in several languages. Generic words only, no site's names."""

from __future__ import annotations

import re

_PLATFORMS = (
    r"facebook|twitter|instagram|telegram|whatsapp|linkedin|youtube|tiktok|pinterest|reddit|tumblr|viber|"
    r"mastodon|bluesky|threads|messenger|vkontakte|google news|apple podcasts|spotify|patreon|pocket|flipboard"
)

CONTROL = re.compile(
    r"(?:skip to (?:main )?content|(?:main |site )?menu|navigation|toggle (?:menu|navigation)|search|loading|home ?page|"
    r"home|back to (?:top|home)|(?:sign|log) ?(?:in|up|out)|register|login|logout|my account|create (?:an )?account|"
    r"subscribe(?: now| today| to .{1,40})?|newsletter|unsubscribe|(?:show|read|view|load|see|learn) (?:more|less|all)|"
    r"continue reading|"
    r"share(?: (?:this|on|via|with|article|story|page|link).{0,30})?|tweet|copy link|print(?: this.{0,20})?|"
    r"e-?mail this.{0,20}|save|close|cancel|submit|ok|accept(?: all)?(?: cookies)?|reject(?: all)?|decline|"
    r"(?:save|change|manage|cookies?|privacy) (?:settings|preferences|options|choices)|text (?:re)?size.{0,12}|"
    r"change contrast|high contrast|font size.{0,12}|dark mode|light mode|change language|select language|"
    r"previous(?: (?:post|article|story))?|next(?: (?:post|article|story))?|"
    r"related(?: (?:articles?|posts?|stories|content|topics|news|reading))|recommended(?: for you)?|"
    r"you (?:may|might) also (?:like|be interested in).{0,20}|most (?:read|popular|viewed)|trending(?: now)?|popular posts|"
    r"more (?:from|on|in) .{1,40}|latest(?: news| articles| posts| stories)?|top stories|breaking news|editor'?s picks?|"
    r"advertis(?:e|ement|ing).{0,20}|sponsored(?: content)?|ad|promoted|comments?(?: \(\d+\))?|\d+ comments?|"
    r"leave a (?:comment|reply)|post a comment|add (?:a )?comment|join the (?:conversation|discussion)|reply|like|follow(?: us)?|"
    r"about(?: us)?|contact(?: us)?|careers|help|faqs?|sitemap|site map|rss(?: feed)?|legal notice|imprint|accessibility|"
    r"become a (?:patron|member|supporter|subscriber)|support us|donate(?: now| here| today)?|buy me a coffee|"
    r"download (?:the |our )?(?:app|pdf)|get the app|listen to this article|play video|watch live|gallery|"
    r"terms(?: (?:of (?:use|service)|(?:and|&) conditions))|privacy(?: policy| notice)?|cookies? (?:policy|notice|name.{0,20})|"
    r"privacy (?:&|and) cookies? policy|disclaimer|all rights reserved|copyright|powered by .{1,40}|"
    r"photo (?:credit|by|courtesy).{0,60}|image (?:credit|source|courtesy).{0,60}|"
    r"tags?|categor(?:y|ies)|filed under.{0,40}|posted in.{0,40}|topics|"
    # German
    r"suche|suchen|menü|startseite|anmelden|abmelden|registrieren|abonnieren|teilen|drucken|mehr (?:lesen|anzeigen)|weiterlesen|"
    r"impressum|datenschutz(?:erklärung)?|nutzungsbedingungen|agb|kontakt|über uns|anzeige|werbung|kommentare?|alle akzeptieren|"
    r"cookie-einstellungen|zum inhalt springen|"
    # French
    r"rechercher|recherche|accueil|se connecter|connexion|s'inscrire|s'abonner|abonnez-vous|partager|imprimer|lire (?:la suite|aussi)|"
    r"mentions légales|politique de confidentialité|conditions d'utilisation|publicité|commentaires?|tout accepter|à lire aussi|"
    # Spanish, Portuguese, Italian
    r"buscar|inicio|iniciar sesión|regístrate|suscríbete|compartir|imprimir|leer más|aviso legal|política de (?:privacidad|cookies)|"
    r"publicidad|comentarios?|aceptar(?: todo)?|entrar|assinar|compartilhar|leia mais|política de privacidade|comentários?|"
    r"cerca|accedi|registrati|abbonati|condividi|stampa|leggi (?:di più|anche|tutto)|informativa sulla privacy|pubblicità|accetta(?: tutto)?|"
    # Polish, Russian, Ukrainian, Belarusian
    r"szukaj|strona główna|zaloguj(?: się)?|zarejestruj(?: się)?|subskrybuj|udostępnij|drukuj|czytaj (?:więcej|także|dalej)|"
    r"polityka prywatności|regulamin|reklama|komentarze|akceptuj(?:ę)?|"
    r"поиск|меню|главная|войти|регистрация|подписаться|подпишитесь|поделиться|распечатать|читать (?:далее|также|ещё|еще)|"
    r"политика конфиденциальности|реклама|комментарии|принять|пошук|головна|увійти|підписатися|поділитися|читати далі|читайте також|"
    r"політика конфіденційності|коментарі|падзяліцца|чытайце таксама|пошук|увайсці|падпісацца|"
    rf"(?:{_PLATFORMS}))",
    re.IGNORECASE,
)
"""A whole short line, or one part of a line with separators, that is a control or a label of a page."""

FOOTER = re.compile(
    r"©|\(c\) ?\d{4}|copy\w{0,3}right \d{4}|all rights reserved|alle rechte vorbehalten|tous droits réservés|"
    r"todos los derechos reservados|todos os direitos reservados|tutti i diritti riservati|wszelkie prawa zastrzeżone|"
    r"все права защищены|усі права захищені|terms of (?:use|service)|privacy (?:policy|notice)|cookies? (?:policy|settings)|"
    r"datenschutzerklärung|impressum|mentions légales|politique de confidentialité|política de privacidad|polityka prywatności|"
    r"политика конфиденциальности",
    re.IGNORECASE,
)
"""Occurs in the last lines of a page."""

CONSENT = re.compile(
    r"cookie|consent|gdpr|rodo\b|dsgvo|privacy|datenschutz|куки|tracking technolog", re.IGNORECASE
)
SITE_VOICE = re.compile(
    r"\bwe (?:use|and our|also share|may use|store)\b|\bour (?:site|website|partners|traffic|newsletter)\b|"
    r"\bthis (?:site|website)\b|\byour (?:browser|consent|preferences|experience|device)\b|\bby (?:continuing|clicking|using)\b|"
    r"\b(?:wir|diese (?:web)?seite) (?:verwende|nutze|setz)\w*|\bnous utilisons\b|\bce site utilise\b|\butilizamos\b|"
    r"\butilizziamo\b|\bquesto sito\b|\bta strona\b|\bserwis\w* internetow\w*|\bмы используем\b|\bнаш сайт\b|\bсайт использует\b",
    re.IGNORECASE,
)
"""Together with CONSENT: a notice that speaks for the site to its visitor."""

APPEAL = re.compile(
    rf"^(?:please )?(?:follow|join|subscribe|sign up|like|share|donate|support|find|connect with|add) "
    rf".{{0,80}}?(?:\b(?:us|our|on|to|via)\b.{{0,40}}?(?:\b(?:{_PLATFORMS})\b|@\w+|newsletter|channel|mailing list|podcast)|@\w+)|"
    rf"\b(?:donat(?:e|ing)|subscrib(?:e|ing)|sign(?:ing)? up|support(?:ing)? us)\b.{{0,60}}?\b(?:click(?:ing)?|button|below|here)\b|"
    rf"\bpress (?:ctrl|cmd|⌘)|\bclick(?:ing)? (?:here|on the button|the button|the link below)\b|"
    rf"^(?:read (?:also|more|next)|also read|see also|watch also|related|read in)\s*:|"
    rf"^(?:subscribe|sign up) (?:to|for) (?:our|the)\b|^(?:читайте также|подписывайтесь|читайте також|підписуйтесь|czytaj także|lire aussi|lesen sie auch)",
    re.IGNORECASE,
)
"""One or two short sentences that ask the visitor to do something with the page."""

CREDIT = re.compile(
    r"(?://|\||–|—|\(|\[|\. |^)\s*(?:photos?|images?|pictures?|foto|bild|фото|zdj\.?|fot\.)(?: credits?| by| courtesy of)?\s*[:/©]|"
    r"\((?:ap|afp|reuters|getty)\b|(?:getty images|shutterstock|/ ?(?:afp|reuters|ap))\b\)?\.?$",
    re.IGNORECASE,
)
"""A caption under a picture."""
