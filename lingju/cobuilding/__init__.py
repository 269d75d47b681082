"""City Co-building Day: each month the street leads, communities carry out, organisations take turns.

Nouns: DaySeries 共建日规则, Cycle 期次, Enrolment 报到单位, Agreement 共建协议, Meeting 联席会议,
Task 任务, Rota 轮值表, Duty 轮值, Resource 资源, NeedLine 需求清单条目, Project 项目. Verbs: open_cycles,
move_cycle, enrol, draw_up, publish, drop_out, mend, deliver, close_out, carry_over. Facts: CycleMoved,
RotaPublished, DutyDropped, ProjectDelivered. Stands above needs, which it answers, and volunteering;
`rota.py` and `matching.py` are pure.
"""
