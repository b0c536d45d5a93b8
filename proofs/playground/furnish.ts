import type { SimulatorClient } from '../../simulator/client.js'

/** The phone of the first account. Numbers of 555: they belong to nobody. */
export const firstPhone = '15550001111'

const groups = [
  ...['1A', '1B', '2A', '2B', '3A', '3B', '4A', '4B', '5A', '5B'].map((name) => `Parents ${name}`),
  'Staff room',
  'School council',
  'Choir',
  'Orchestra – rehearsals and concerts, with the parents of the little ones',
  'Football under 12',
  'Swimming ⛵',
  'كرة القدم',
  'Lunch club',
]
const membersOfGroup = 6

/** A school in the local WhatsApp, once. */
export async function furnish(whatsapp: SimulatorClient): Promise<void> {
  const known = await whatsapp.accounts()
  if (known.length > 0) return
  await whatsapp.createAccount({ phone: firstPhone, name: 'School office' })
  for (const [index, subject] of groups.entries())
    await whatsapp.createGroup({
      subject,
      members: [
        firstPhone,
        ...Array.from({ length: membersOfGroup }, (_, member) =>
          String(15_551_000_000 + index * membersOfGroup + member),
        ),
      ],
    })
}
