import './nas-app.ts';
import { applyTheme } from './theme.ts';

applyTheme();
