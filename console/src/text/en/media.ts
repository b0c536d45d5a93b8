export const media = {
  none: 'No image yet',
  notShown: 'The image cannot be shown now',
  drop: 'Drop the images here',
  dropHelp: 'Images can be dropped or pasted here, too.',
  uploading: (share: string) => `Uploading: ${share}`,
  brokeOff: 'The upload broke off: there is no connection to Carillon.',
  cancel: 'Cancel the upload',
  wrongKind: (name: string) =>
    `“${name}” is no JPEG, PNG or WebP image. Save it as one of these, and choose it again.`,
  tooLarge: (name: string, size: string, most: string) =>
    `“${name}” has ${size} MB, and WhatsApp takes ${most} MB at most. Make it smaller, and choose it again.`,
  tooMany: (most: string) => `A reminder has at most ${most} messages: not all of the images were added.`,
  whatIsSent: 'What is sent',
}
