"""The loop: 需求清单 becomes 满意清单; what is missing gets filled, and only who asked can say that it is.

Nouns: Need 需求, Asker 提出人, Entry 经过, Asking 询问, Handover 移交, Cluster 并案, Exclusion 剔除, Signal
未诉信号, Wish 微心愿, Wave 三感调查. Verbs: submit, triage, take, hand_over, answer, judge, cluster, split.
Facts: NeedSubmitted, NeedMoved, NeedAnswered, NeedJudged. Stands above notify: who hears is told by
messages; cobuilding, deliberation and mediation above it call its verbs.
"""
