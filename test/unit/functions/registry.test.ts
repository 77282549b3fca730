import assert from 'node:assert/strict'
import { isAggregate } from '../../../src/functions/aggregate/aggregate-record.ts'
import { describeFunctions } from '../../../src/functions/describe-functions.ts'
import { findFunction, SCALAR_FUNCTIONS } from '../../../src/functions/registry.ts'

const EXPECTED = `
+ - * / % ^ pow & | << >> bitwise_and bitwise_or bitwise_xor bitshift_left bitshift_right factorial negate
abs acos asin atan atan2 cos cot sin tan degrees radians pi cbrt sqrt ceil ceiling floor even round sign gamma lgamma ln log log10 log2
equals not_equals greater_than greater_than_equals less_than less_than_equals = <> > >= < <=
concat concat_ws contains starts_with prefix ends_with suffix lower tolower lcase upper toupper ucase initcap left right lpad rpad
ltrim rtrim trim repeat reverse substring substr size array_extract levenshtein string_split str_split string_to_array split_part list_to_string
regexp_full_match =~ regexp_matches regexp_replace regexp_extract regexp_extract_all regexp_split_to_array
list_creation range list_extract list_element list_concat list_cat array_concat array_cat list_append array_append array_push_back
list_prepend array_prepend array_push_front list_position list_indexof array_position array_indexof list_contains list_has array_contains
array_has list_has_all list_slice array_slice list_sort list_reverse_sort list_sum list_product list_distinct list_unique list_any_value list_reverse
list_transform list_filter list_reduce all any none single
array_value array_cross_product array_cosine_similarity array_distance array_squared_distance array_inner_product array_dot_product
map map_extract element_at cardinality map_keys map_values struct_pack struct_extract union_value union_tag union_extract
date_part datepart date_trunc datetrunc dayname monthname last_day make_date greatest least current_date
current_timestamp century epoch_ms to_timestamp to_epoch_ms
to_years to_months to_days to_hours to_minutes to_seconds to_milliseconds to_microseconds
cast date to_date timestamp interval duration to_interval string to_string blob to_blob uuid to_uuid to_bool
to_int8 to_int16 to_int32 to_int64 to_int128 to_uint8 to_uint16 to_uint32 to_uint64 to_float to_double to_serial
encode decode octet_length md5 sha256 hash gen_random_uuid
coalesce ifnull nullif constant_or_null typeof error count_if nextval currval
id offset label labels start_node end_node keys properties cost nodes rels relationships length is_trail is_acyclic internal_id
to_json json json_quote array_to_json row_to_json cast_to_json json_array json_object json_merge_patch json_extract
json_array_length json_contains json_keys json_structure json_valid`

describe('function registry', () => {
  it('knows every function and alias', () => {
    const missing = EXPECTED.trim()
      .split(/\s+/)
      .filter((name) => findFunction(name) === undefined)
    assert.deepEqual(missing, [])
    for (const name of ['count', 'COUNT_STAR', 'sum', 'avg', 'min', 'max', 'collect'])
      assert.ok(isAggregate(name), name)
  })

  it('gives each name to one function', () => {
    const names = SCALAR_FUNCTIONS.flatMap((record) => [record.name, ...record.aliases]).map((name) =>
      name.toUpperCase(),
    )
    assert.equal(new Set(names).size, names.length)
    assert.ok(names.every((name) => !isAggregate(name)))
  })

  it('documents each function in one line and can print each signature', () => {
    for (const record of SCALAR_FUNCTIONS) {
      assert.match(record.docs, /^.+$/, record.name)
      assert.ok(record.overloads.length > 0, record.name)
    }
    const signatures = describeFunctions()
    assert.ok(signatures.some((d) => d.name === 'LIST_ELEMENT' && d.signature === '(LIST,INT64) -> ANY'))
    assert.ok(signatures.some((d) => d.name === 'SUM' && d.signature === '(INT64) -> INT128'))
  })
})
