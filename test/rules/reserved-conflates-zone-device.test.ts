import { testRule } from '../support/rule-fixtures.js';

testRule('reserved-conflates-zone-device');
