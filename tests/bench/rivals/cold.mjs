export const coldStart=0;
