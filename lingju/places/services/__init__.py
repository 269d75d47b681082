"""The verbs of places, by noun: areas, homes, stations, facilities, hours, catalogue, streets.

Call them through their module, so that a call reads as a sentence: `stations.add(draft, …)`,
`homes.shut_gate(gate, actor=…)`. Each takes one keyword-only `actor`, asks its rule, is one
transaction, leaves a footprint and announces what has happened.
"""
