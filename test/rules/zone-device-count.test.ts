import { testRule } from '../support/rule-fixtures.js';

testRule('zone-device-count');
