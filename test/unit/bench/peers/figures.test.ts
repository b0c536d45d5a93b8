import { describe, expect, it } from 'vitest'
import { arrivals, readings, type Message } from '../../../../bench/peers/figures.js'

const message = (index: number, dueMs = 1_000): Message => ({
  id: `m-${index}`,
  phone: '15550100100',
  jid: `12036300000000000${index}@g.us`,
  text: `Reminder ${index}`,
  dueMs,
})

describe('arrivals', () => {
  it('a message is as late as its first stanza, and each further one is a duplicate', () => {
    const messages = [message(0), message(1, 2_000), message(2)]
    const stanzas = [
      { chat: message(1).jid, acceptedAt: 2_500 },
      { chat: message(0).jid, acceptedAt: 1_400 },
      { chat: message(0).jid, acceptedAt: 1_250 },
      { chat: 'another@g.us', acceptedAt: 1_100 },
    ]
    expect(arrivals(messages, stanzas)).toEqual({ latesMs: [250, 500], missing: 1, duplicates: 1 })
  })
})

describe('readings', () => {
  const [first, second] = [message(0), message(1)]
  const read = ({ jid, text }: Message) => ({ chat: jid, text })
  const inbox = (
    recipient: string,
    messages: { chat: string; text: string }[],
    undecryptable: { chat: string; order: number }[] = [],
  ) => ({ recipient, messages, undecryptable })

  it('all read once by all', () => {
    const inboxes = [inbox('a', [read(first), read(second)]), inbox('b', [read(second), read(first)])]
    expect(readings([first, second], inboxes, 1)).toEqual({ messages: 2, twice: 0, lost: 0, unreadable: 0 })
  })

  it('read twice by one member is twice', () => {
    const inboxes = [inbox('a', [read(first), read(first)]), inbox('b', [read(first)])]
    expect(readings([first], inboxes, 1)).toMatchObject({ twice: 1, lost: 0 })
  })

  it('the same text in another chat, or another text in the same chat, is another message', () => {
    const inboxes = [
      inbox('a', [
        read(first),
        { chat: second.jid, text: first.text },
        { chat: first.jid, text: 'Good morning' },
      ]),
    ]
    expect(readings([first], inboxes, 1)).toMatchObject({ twice: 0, lost: 0 })
  })

  it('not read by one member is lost, and unreadable where that member waits for it', () => {
    const inboxes = [
      inbox('a', [read(first), read(second)]),
      inbox('b', [], [{ chat: first.jid, order: 12 }]),
    ]
    expect(readings([first, second], inboxes, 10)).toEqual({
      messages: 2,
      twice: 0,
      lost: 2,
      unreadable: 1,
    })
  })

  it('what a member has waited for since before is not of these', () => {
    const inboxes = [inbox('a', [], [{ chat: first.jid, order: 9 }])]
    expect(readings([first], inboxes, 10)).toMatchObject({ lost: 1, unreadable: 0 })
  })
})
