import Commands
import Foundation

exit(await Tidegate.start(Array(CommandLine.arguments.dropFirst())))
