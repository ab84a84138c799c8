export { customerNotFound } from './errors.ts';
export { phoneRule } from './fields.ts';
export { nameRule } from './names.ts';
export { createScaler, type ScalePicture } from './scale-picture.ts';
