/** @file All that draws charts, with the libraries for it: half of the page's script, and nothing of it is seen before the first run. */
export { chartBlob } from '../../charts/exportChart';
export { Charts } from './Charts';
export { CurveView } from './results/CurveView';
