#include "client/set_check.hpp"

#include <pgjinja/client/row_sinks.hpp>

#include <tuple>
#include <vector>

namespace pgjinja {

namespace {

// Names are qualified, since a temporary table may be called as one of the catalogue's.
constexpr std::string_view kQuery = R"(
WITH target AS (SELECT pg_catalog.to_regclass($1::text)::oid AS id),
     tree AS (SELECT id FROM target
              UNION SELECT part.relid FROM target, pg_catalog.pg_partition_tree(target.id) part),
     functions AS (SELECT classid, objid FROM pg_catalog.pg_depend
                   WHERE refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass)
SELECT NOT EXISTS (SELECT FROM tree JOIN pg_catalog.pg_class c ON c.oid = tree.id
                   WHERE c.relkind NOT IN ('r', 'p'))
   AND NOT EXISTS (SELECT FROM tree JOIN pg_catalog.pg_rewrite r ON r.ev_class = tree.id)
   AND NOT EXISTS (SELECT FROM tree JOIN pg_catalog.pg_trigger g ON g.tgrelid = tree.id
                   WHERE NOT g.tgisinternal AND g.tgenabled <> 'D' AND g.tgtype & 20 <> 0)
   AND NOT EXISTS (SELECT FROM tree JOIN pg_catalog.pg_constraint k ON k.conrelid = tree.id
                   WHERE k.contype = 'f' AND k.confrelid IN (SELECT id FROM tree))
   AND NOT EXISTS (SELECT FROM tree JOIN pg_catalog.pg_attrdef d ON d.adrelid = tree.id
                   JOIN functions f ON f.objid = d.oid
                   AND f.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass)
   AND NOT EXISTS (SELECT FROM tree JOIN pg_catalog.pg_constraint k ON k.conrelid = tree.id
                   JOIN functions f ON f.objid = k.oid
                   AND f.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass),
       NOT EXISTS (SELECT FROM tree WHERE pg_catalog.row_security_active(tree.id))
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a
                   WHERE a.attrelid = target.id AND a.attname = ANY ($2::text[])
                   AND (a.attidentity = 'a' OR a.attgenerated <> ''))
FROM target WHERE target.id IS NOT NULL)";

}  // namespace

pg::TableName table_of(const sql::InsertShape& shape) {
  return shape.table.size() == 1 ? pg::TableName("", shape.table[0])
                                 : pg::TableName(shape.table[0], shape.table[1]);
}

SetCheck check_set(pg::Connection& connection, const sql::InsertShape& shape,
                   const pg::CallLimits& limits) {
  const std::vector<Value> parameters = {pg::quoted_table(table_of(shape)), shape.columns};
  RowsSink<std::tuple<bool, bool>> sink;
  connection.execute(kQuery, parameters, sink, limits);
  const auto found = std::move(sink).take();
  if (found.empty()) return {};
  const auto [one_statement, copy] = found.front();
  return {one_statement, one_statement && copy};
}

}  // namespace pgjinja
