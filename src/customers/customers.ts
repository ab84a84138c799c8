export { nameRule, phoneRule } from './fields.ts';
export { createScaler, type ScalePicture } from './scale-picture.ts';
