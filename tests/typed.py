"""What is typed into forms, and handed in as sheets, where every address is asked."""

RULE = {"name": "新规则", "words": "路灯", "to": "level-street", "why": "街道统一来修"}
KIND = {"name": "新类别", "respond_hours": 8, "due_amount": 3, "due_unit": "working_days", "order": 9}
PEOPLE = {"households": 3, "persons_0": 1, "persons_1": 2, "persons_2": 3, "persons_3": 4}
NOTICE = "日期,类别,名称\n2026-02-28,调休上班,春节\n"
HEADS = "日期,活动名称,合计\n2026-03-04,救护培训,37\n"
BOOKS = "驿站,书名,册数\n府后街社区幸福驿站,示例故事集,3\n"
SLIPS = "编号,类别,地点,内容\n1,照明,示例小区,灯坏了\n"
SHEET = "楼栋编码,名称,社区代码,经度,纬度,坐标系,户数\nLD9,九号楼,140404001002,113.0502,36.0524,WGS-84,9\n"
