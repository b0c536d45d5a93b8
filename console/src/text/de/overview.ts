import type { Catalogue } from '../en/index.js'

export const overview: Catalogue['overview'] = {
  title: 'Übersicht',
  today: 'Heute',
  todayEmpty: 'Heute ist nichts fällig.',
  nextOn: (day) => `Als Nächstes: ${day}`,
  underWay: 'Wird gerade gesendet',
  attention: 'Braucht einen Blick',
  allWell: 'Alles in Ordnung.',
  runFailed: (name) => `„${name}“ ging nicht an alle`,
  runMissed: (name) => `„${name}“ wurde verpasst`,
  accountBad: (id) => `„${id}“ kann nicht senden`,
  open: 'Öffnen',
  accounts: 'Konten',
  sentToday: 'In 24 Stunden gesendet',
  scheduled: 'Kommt heute noch',
  running: 'Wird gesendet',
  done: 'Heute erledigt',
  nowLine: 'jetzt',
}

export const start: Catalogue['start'] = {
  title: 'Willkommen bei Carillon',
  lead: 'Vier Schritte, und Ihre erste Erinnerung ist unterwegs.',
  steps: { link: 'Telefon verknüpfen', write: 'Schreiben', check: 'Prüfen', done: 'Fertig' },
  linkLead:
    'Erinnerungen werden vom WhatsApp eines Telefons gesendet. Es bleibt Ihr Telefon: Carillon ist ein verknüpftes Gerät, wie WhatsApp Web.',
  nameFirst: 'Zuerst ein Name dafür.',
  linked: (id, groups) => `„${id}“ ist verknüpft, mit ${groups}.`,
  groupsComing: 'Seine Gruppen werden von WhatsApp gelesen …',
  writeIt: 'Schreiben Sie Ihre erste Erinnerung',
  later: 'Erst umsehen',
  step: (number, all) => `Schritt ${number} von ${all}`,
}
