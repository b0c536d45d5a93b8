-- A row of the chain names no row of the audit: who compares the two finds it by its place there.
create index audit_in_chain on audit (operator, receipt_seq) where receipt_seq is not null;

-- The audit of one kind of things, and of one person, is read without the rest.
create index audit_of_kind on audit (operator, split_part(subject, ':', 1), id desc);
create index audit_of_actor on audit (operator, actor, split_part(subject, ':', 1), id desc) where actor is not null;
