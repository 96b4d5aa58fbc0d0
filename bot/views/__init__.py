"""What buttons, menus and forms do, by the verb of their custom id."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from bot.custom_ids import FormKind, Menu, Verb
from bot.dispatch import Picked, Pressed
from bot.forms import BuildForm, open_again
from bot.views import (
    administration,
    calendar,
    explaining,
    feedback,
    items,
    personal,
    picks,
    questions,
    results,
    starter,
    starting,
    subscriptions,
)

FORMS: Mapping[FormKind, BuildForm] = MappingProxyType(
    {
        FormKind.START: starting.start_form,
        FormKind.EDIT: subscriptions.edit_form,
        FormKind.PAUSE: subscriptions.pause_form,
        FormKind.INTERESTS: subscriptions.interests_form,
    }
)

BUTTONS: Mapping[Verb, Pressed] = MappingProxyType(
    {
        Verb.SAVE: feedback.save,
        Verb.MORE: feedback.more,
        Verb.LESS: feedback.less,
        Verb.KNOWN: feedback.known,
        Verb.DONE: results.done,
        Verb.UNDO: results.undo,
        Verb.WEAKEN: feedback.weaken,
        Verb.WHY: explaining.why,
        Verb.DETAILS: explaining.details,
        Verb.SIMILAR: items.similar,
        Verb.PICKS: picks.my_picks,
        Verb.START: starting.begin,
        Verb.FIND: results.turn,
        Verb.SAVED: results.turn_saved,
        Verb.DEADLINES: calendar.turn,
        Verb.NO_REMINDER: calendar.no_reminder,
        Verb.WATCH: questions.watch,
        Verb.UNWATCH: questions.unwatch,
        Verb.QUESTIONS: questions.list_questions,
        Verb.SUBSCRIPTIONS: subscriptions.list_subscriptions,
        Verb.EDIT: subscriptions.edit,
        Verb.LOOK_FOR: subscriptions.look_for,
        Verb.PAUSE: subscriptions.pause,
        Verb.RESUME: subscriptions.resume,
        Verb.DROP: subscriptions.drop,
        Verb.ERASE: personal.erase,
        Verb.LEAVE: personal.leave,
        Verb.ADD_FEED: administration.add_feed,
        Verb.RETRY: administration.retry,
        Verb.GIVE_UP: administration.give_up,
        Verb.AGAIN: partial(open_again, forms=FORMS),
    }
)

MENUS: Mapping[Menu, Picked] = MappingProxyType(
    {
        Menu.ITEM: items.open_card,
        Menu.EVENT: calendar.add_event,
        Menu.SUBSCRIPTION: subscriptions.open_one,
        Menu.QUESTION: questions.stop_one,
        Menu.STARTER: starter.choose,
    }
)
