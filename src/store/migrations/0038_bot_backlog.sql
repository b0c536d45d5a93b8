-- Telegram sends the updates of a bot to one address: with two ids for it, the first would hear nothing more.
create unique index bot_at_telegram on bot (telegram_id) where removed_at is null;

-- How many wait and are dead, and since when the oldest waits, however many are kept.
create index telegram_update_oldest on telegram_update (bot, arrived_at) where state = 'waiting';
create index telegram_update_dead on telegram_update (bot) where state = 'dead';
