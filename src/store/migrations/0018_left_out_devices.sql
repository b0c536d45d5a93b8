-- Of how many devices WhatsApp had no usable keys when this part was acknowledged: null before that.
alter table send add column left_out_devices integer;
