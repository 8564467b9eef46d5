"""Abbreviations that end with a dot, in lower case, without it. From the style guides of their languages."""

from __future__ import annotations


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


NEVER_FINAL = _set(
    """
    mr mrs ms mx dr prof rev fr hon sen rep gov gen col lt capt cmdr sgt maj brig adm amb pres supt messrs
    mmes st ste mt e.g eg i.e ie cf vs v viz ca al. approx resp op cit ibid hr fr. dipl ing mag univ z.b d.h
    u.a bzw vgl ggf evtl sog usw. geb gest m mme mlle mm p.ex av bd sr sra srta dra ud uds d dña lic excmo
    sig sigg dott dssa avv geom dhr mevr drs mw bijv m.b.t o.a г ул им акад проф гр т.е т.д т.п напр см ср
    стр рис табл кв просп пр ul al im prof inż mgr np tzn tj dr hab św pl
    """
)
"""Something always follows: titles before a name, "for example", "that is"."""

BEFORE_A_NUMBER = _set(
    """
    no nos nr num art arts sec sect fig figs tab eq eqs ch chap vol vols p pp pg par para ex jan feb mar apr
    jun jul aug sep sept oct nov dec janv févr avr juil oct déc ene abr ago dic gen mag giu lug ott abt kap
    abb bd hft tel ext pt pts cl sched app §
    """
)
"""Final unless a number follows: "No. 5", "Nov. 30"; "I said no. Then"."""

SOMETIMES_FINAL = _set(
    """
    inc ltd co corp llc plc bros jr sr esq phd ph.d m.d b.a m.a d.c u.s u.k u.n e.u a.m p.m dept univ assn
    ave blvd rd etc est ed eds rev trans repr usw u.s.w ggmbh str etc. ss cie гг вв руб тыс млн млрд др r
    tys mln mld
    """
)
"""Final only when a word follows that begins sentences."""

WITH_ORDINAL_DOTS = _set("de da nb nn no fi is et lv cs sk sl hr sr bs hu tr eu fo lb pl")
"""Languages that write "3." for "third"."""
