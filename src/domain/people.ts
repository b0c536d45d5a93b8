/** Why a person of a list gets no message of their own, as WhatsApp last said. */
export type LeftOutPerson = 'notOnWhatsApp' | 'samePerson'

/** For people: behind a recipient. */
export const leftOutPersonText: Record<LeftOutPerson, string> = {
  notOnWhatsApp: 'not on WhatsApp',
  samePerson: 'the same person as another recipient, who gets the message',
}
