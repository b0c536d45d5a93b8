import type { mediaSentences } from '../../../../../src/domain/sentences/media.js'
import type { TextsOf } from '../../sentence-texts.js'

export const media: TextsOf<typeof mediaSentences> = {
  imagePath: 'Hier muss der Pfad einer Bilddatei stehen.',
  imageExpected: 'Hier muss ein Bild stehen.',
  imageUploaded: 'Laden Sie das Bild zuerst hoch: Dieses ist hier nicht bekannt.',
  imageTooBig: ({ megabytes }) => `Ein Bild darf höchstens 16 MB haben, und dieses hat ${megabytes} MB.`,
  imageMissing: ({ file }) => `Die Bilddatei ${file} gibt es nicht.`,
  imageFolder: ({ file }) => `${file} ist ein Ordner, keine Bilddatei.`,
  imageUnreadable: ({ file }) => `Die Bilddatei ${file} darf nicht gelesen werden.`,
  imageKind: ({ found }, { say }) =>
    `Möglich sind Bilder als JPEG, PNG oder WebP, und dies ist ${say(found)}.`,
  imageTooManyPixels: ({ most, has, size }) =>
    `Ein Bild darf höchstens ${most} Millionen Bildpunkte haben, und dieses hat ${has} Millionen (${size}).`,
  phraseAnimated: ({ count }) => `ein bewegtes (${count} Bilder): WhatsApp zeigt solche nicht`,
  phraseUndecodable: 'keines, das sich lesen lässt',
  phraseNone: 'keines',
  phraseAnimatedPng: 'ein bewegtes PNG',
  phraseGif: 'ein GIF',
  phraseAvif: 'ein AVIF',
  phraseHeic: 'ein HEIC-Bild oder ein Video',
  phraseUnknownBytes: 'keines, das am Anfang der Datei zu erkennen ist',
}
