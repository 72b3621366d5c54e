// A message of the server as JSON: its fields by name and in order, without those that are empty.
#ifndef KLUIS_CLIENT_MESSAGE_JSON_H_
#define KLUIS_CLIENT_MESSAGE_JSON_H_

#include <google/protobuf/message.h>

#include <nlohmann/json.hpp>

namespace kluis {

// Numbers are numbers, maps are objects, bytes that are not UTF-8 become U+FFFD when it is written.
nlohmann::ordered_json MessageJson(const google::protobuf::Message& message);

}  // namespace kluis

#endif  // KLUIS_CLIENT_MESSAGE_JSON_H_
