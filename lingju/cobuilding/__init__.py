"""City Co-building Day: each month the street leads, communities carry out, organisations take turns.

Nouns: DaySeries 共建日规则, Cycle 期次, Enrolment 报到, Agreement 共建协议, Meeting 联席会议, Task 任务, Rota 轮值表,
Duty 轮值, Resource 资源, Project 项目. Verbs: open_cycle, move_cycle, enrol, plan_rota, publish_rota, propose_matches,
claim_project, finish_project. Facts: CycleMoved, RotaPublished, DutyDropped, ProjectAgreed. Stands above needs,
which it answers, and volunteering, whom it invites; `rota.py` and `matching.py` are pure.
"""
