"""The nouns of needs, by chapter: kinds, needs, askers, record, moves, desk, signals, wishes, surveys."""

from lingju.needs.models.askers import Asker, Asking
from lingju.needs.models.categories import Category, NumberSeries, Policy
from lingju.needs.models.clusters import Cluster
from lingju.needs.models.desk import Alarm, CounterSession, ReplyTemplate, RoutingRule, SavedFilter
from lingju.needs.models.exchange import ApiKey, ForeignNumber, Subscription
from lingju.needs.models.moves import Exclusion, Handover
from lingju.needs.models.needs import Need
from lingju.needs.models.record import Entry, Evidence, SimilarityKey
from lingju.needs.models.signals import Signal
from lingju.needs.models.surveys import SurveyAnswer, Wave
from lingju.needs.models.wishes import Claim, Wish

__all__ = [
    "Alarm",
    "ApiKey",
    "Asker",
    "Asking",
    "Category",
    "Claim",
    "Cluster",
    "CounterSession",
    "Entry",
    "Evidence",
    "Exclusion",
    "ForeignNumber",
    "Handover",
    "Need",
    "NumberSeries",
    "Policy",
    "ReplyTemplate",
    "RoutingRule",
    "SavedFilter",
    "Signal",
    "SimilarityKey",
    "Subscription",
    "SurveyAnswer",
    "Wave",
    "Wish",
]
