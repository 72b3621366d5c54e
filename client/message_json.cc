#include "client/message_json.h"

#include <string>

namespace kluis {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using json = nlohmann::ordered_json;

// Of a single field, or of item `i` of a repeated one.
json ValueOf(const Message& message, const FieldDescriptor& field, int i) {
  const Reflection& in = *message.GetReflection();
  const bool many = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return many ? in.GetRepeatedString(message, &field, i) : in.GetString(message, &field);
    case FieldDescriptor::CPPTYPE_BOOL:
      return many ? in.GetRepeatedBool(message, &field, i) : in.GetBool(message, &field);
    case FieldDescriptor::CPPTYPE_INT32:
      return many ? in.GetRepeatedInt32(message, &field, i) : in.GetInt32(message, &field);
    case FieldDescriptor::CPPTYPE_INT64:
      return many ? in.GetRepeatedInt64(message, &field, i) : in.GetInt64(message, &field);
    case FieldDescriptor::CPPTYPE_UINT64:
      return many ? in.GetRepeatedUInt64(message, &field, i) : in.GetUInt64(message, &field);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return many ? in.GetRepeatedDouble(message, &field, i) : in.GetDouble(message, &field);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return MessageJson(many ? in.GetRepeatedMessage(message, &field, i)
                              : in.GetMessage(message, &field));
    default:
      return nullptr;
  }
}

json ListOf(const Message& message, const FieldDescriptor& field) {
  json list = json::array();
  for (int i = 0; i < message.GetReflection()->FieldSize(message, &field); ++i)
    list.push_back(ValueOf(message, field, i));
  return list;
}

json MapOf(const Message& message, const FieldDescriptor& field) {
  json object = json::object();
  for (const json& pair : ListOf(message, field))
    object[pair.value("key", "")] = pair.contains("value") ? pair["value"] : json(0);
  return object;
}

}  // namespace

nlohmann::ordered_json MessageJson(const Message& message) {
  json object = json::object();
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    json& place = object[field->name()];
    if (field->is_map()) {
      place = MapOf(message, *field);
    } else {
      place = field->is_repeated() ? ListOf(message, *field) : ValueOf(message, *field, 0);
    }
  }
  return object;
}

}  // namespace kluis
