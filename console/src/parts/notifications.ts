// A chunk of its own: the first page is there before anything is told.
export { Notifications } from '@mantine/notifications'
