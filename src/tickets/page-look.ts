import { fontOf, HOUSE } from '../platform/typesetting/fonts.ts';

export type Doc = PDFKit.PDFDocument;

export const ORANGE = '#E04B00';
export const INK = '#1F1A17';
export const GREY = '#6F6762';
export const LINE = '#E3DCD7';
export const ALARM = '#B3121D';

// Points of an A4 page, 595 x 842: the card's edge, and the text in it.
export const PAGE = 595.28;
export const EDGE = 36;
export const LEFT = 64;
export const INNER = PAGE - 2 * LEFT;

export const FONTS = {
  regular: fontOf(HOUSE, 'regular'),
  semiBold: fontOf(HOUSE, 'semiBold'),
  bold: fontOf(HOUSE, 'bold'),
};
export type FontName = keyof typeof FONTS;
