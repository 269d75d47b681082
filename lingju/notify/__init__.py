"""Messages to people: an outbox, and a channel for each way to reach them.

Nouns: Message 消息 (what is to be said to whom by which way), Notice 通知 (what stands in the reader's own
list), Wording 文案. Verbs: queue, read, read_all, try_again. A message is queued inside the caller's
transaction and delivered later by a job, with retries; loud channels keep quiet at night.
"""
