import type { Catalogue } from '../en/index.js'

export const media: Catalogue['media'] = {
  none: 'Noch kein Bild',
  notShown: 'Das Bild kann gerade nicht gezeigt werden',
  drop: 'Bilder hier ablegen',
  dropHelp: 'Bilder können Sie auch hierher ziehen oder einfügen.',
  uploading: (share) => `Wird hochgeladen: ${share}`,
  brokeOff: 'Das Hochladen ist abgebrochen: Es gibt keine Verbindung zu Carillon.',
  cancel: 'Hochladen abbrechen',
  wrongKind: (name) =>
    `„${name}“ ist kein Bild im Format JPEG, PNG oder WebP. Speichern Sie es in einem davon und wählen Sie es erneut.`,
  tooLarge: (name, size, most) =>
    `„${name}“ hat ${size} MB, und WhatsApp nimmt höchstens ${most} MB. Verkleinern Sie es und wählen Sie es erneut.`,
  tooMany: (most) =>
    `Eine Erinnerung hat höchstens ${most} Nachrichten: Nicht alle Bilder wurden hinzugefügt.`,
  whatIsSent: 'Was gesendet wird',
}
