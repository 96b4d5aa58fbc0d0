"""What buttons and menus do, by the verb of their custom id."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.custom_ids import Menu, Verb
from bot.dispatch import Picked, Pressed
from bot.views import (
    administration,
    calendar,
    feedback,
    items,
    personal,
    picks,
    questions,
    results,
    starting,
    subscriptions,
)

BUTTONS: Mapping[Verb, Pressed] = MappingProxyType(
    {
        Verb.SAVE: feedback.save,
        Verb.MORE: feedback.more,
        Verb.LESS: feedback.less,
        Verb.KNOWN: feedback.known,
        Verb.DONE: results.done,
        Verb.WEAKEN: feedback.weaken,
        Verb.WHY: items.why,
        Verb.SIMILAR: items.similar,
        Verb.PICKS: picks.my_picks,
        Verb.START: starting.open_form,
        Verb.FIND: results.turn,
        Verb.SAVED: results.turn_saved,
        Verb.DEADLINES: calendar.turn,
        Verb.WATCH: questions.watch,
        Verb.UNWATCH: questions.unwatch,
        Verb.SUBSCRIPTIONS: subscriptions.list_subscriptions,
        Verb.EDIT: subscriptions.edit,
        Verb.PAUSE: subscriptions.pause,
        Verb.RESUME: subscriptions.resume,
        Verb.DROP: subscriptions.drop,
        Verb.ERASE: personal.erase,
        Verb.ADD_FEED: administration.add_feed,
        Verb.RETRY: administration.retry,
        Verb.GIVE_UP: administration.give_up,
    }
)

MENUS: Mapping[Menu, Picked] = MappingProxyType(
    {
        Menu.ITEM: items.open_card,
        Menu.EVENT: calendar.add_event,
        Menu.SUBSCRIPTION: subscriptions.open_one,
    }
)
